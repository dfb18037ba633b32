"""A million log records through all parts of their path, while each part is killed in turn."""
