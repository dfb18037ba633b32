"""The verbs of the trade. Pages, the API and jobs call the same methods."""
