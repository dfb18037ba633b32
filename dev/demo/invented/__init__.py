"""As many invented books as a large shop has: ``make demo BOOKS=1000000``.

Book number n is the same on every machine: its block of a thousand is drawn from a seed. Words and
names come from ``words/*.toml``; the books hang in the demo catalogue's tree of categories. They
have no covers, and came into the shop before every book of the demo catalogue.
"""
