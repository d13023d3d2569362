"""The directory out of the house: tables and Open Referral packages, at what a viewer may see."""
