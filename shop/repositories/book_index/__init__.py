"""The catalogue in memory, a column for each thing that books are narrowed by (ADR 7).

Each process keeps its own. Before it answers it reads what was committed since its last look, so
that its counts are those of the snapshot in which the page's books are read.
"""
