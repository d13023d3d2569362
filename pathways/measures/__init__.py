"""The policy measures: for whom a mechanism fails, over every profile that its conditions can tell apart."""
