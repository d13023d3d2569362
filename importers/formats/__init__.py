"""The formats that partners bring: one module each, with `recognise` and `read` (`importers.reading.Format`)."""
