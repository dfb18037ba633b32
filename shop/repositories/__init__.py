"""Questions to the stores. Repositories flush and never commit; services decide when to."""
