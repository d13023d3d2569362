"""Answering a case: the planner's pathway as a person reads it, on a page, on paper and in a file, in her language."""
