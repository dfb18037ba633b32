"""What pages say of themselves to programs: schema.org's vocabulary as JSON-LD.

Here are plain dicts; templates write them with `tojson`, which leaves no way out of a script.
https://schema.org/docs/documents.html, https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

from flask import Flask

from shop.web.structured import books, places


def install(app: Flask) -> None:
    graphs = (
        books.book_graph,
        places.home_graph,
        places.list_graph,
        places.series_graph,
        places.publisher_graph,
    )
    for function in graphs:
        app.jinja_env.globals[function.__name__] = function
