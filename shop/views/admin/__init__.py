"""Pages for staff. Each route names the permission that it needs."""
