"""The pictures of the README and of docs/screenshots, taken of a shop that runs."""
