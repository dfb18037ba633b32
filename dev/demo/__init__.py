"""A shop's worth of books to look at: real works, invented prices, drawn covers.

``catalogue/*.toml`` has the facts: titles, people, years, places in the tree of categories, and a
few sentences about each work. What only a real shop could know (prices, stock, ISBNs, publishers)
is made up by :mod:`dev.demo.invention`, always the same for the same work. ``python -m dev.demo``
puts all of it into the shop once.
"""
