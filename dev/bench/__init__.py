"""How fast the shop answers, and how that grows with its catalogue: `make bench`.

Figures depend on the machine and on what else runs there. What they are held against is measured
in the same run: smaller shops, and a page that does nothing but render.
"""
