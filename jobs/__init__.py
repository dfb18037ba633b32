"""Background work: thin functions that RQ calls by name. Each is safe to repeat."""
