"""Asking about a case: the questions in their order, what can be chosen, and the way from a form to a profile and back."""
