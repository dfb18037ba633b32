"""Colophon, a bookshop. The floors and what each may import: docs/architecture.md."""
