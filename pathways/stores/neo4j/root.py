"""The one `Directory` node, on which everything hangs."""

ROOT = "referral-pathways"
"""Its id. It holds the newest revision and the version of the schema, and the single writer locks it."""
