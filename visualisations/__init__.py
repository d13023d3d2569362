"""A directory or a pathway becomes a picture: SVG, an explorer, tables, exports."""
