"""The domain of Referral Pathways: directory, mechanisms, eligibility, planner, stores. It knows nothing of the web."""
