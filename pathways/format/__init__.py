"""The directory's own format: strict YAML, one folder a country, read into records and written back from them."""
