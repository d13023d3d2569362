"""Measures: how long a path takes, how long a start takes, and how many real profiles are answered. Nothing of the product imports this."""
