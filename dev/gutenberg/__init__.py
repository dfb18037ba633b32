"""Project Gutenberg's catalogue as books of a shop: 78,766 titles with all that real titles have.

Line breaks, two dozen authors, title pages of 958 characters, forty languages: what an invented
catalogue never has. It is the example of an adapter for `services.book_import` too. Facts are the
catalogue's own; prices, formats and stock are made up, the same for the same number.
"""
