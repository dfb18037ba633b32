"""What only a developer's machine needs; nothing here is imported by the shop."""
