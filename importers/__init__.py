"""A partner's file becomes records: one module a format, one pipeline; knows formats, not the web."""
