"""Forms and links of a page, as a browser without scripts sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import ClassVar

Attributes = list[tuple[str, str | None]]


@dataclass
class Form:
    """`fields` is what it sends as it stands."""

    action: str
    method: str
    id: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Link:
    href: str
    text: str = ""


class PlainPage(HTMLParser):
    """Reads a page. `alerts` is what it says to whoever has just done something."""

    NEVER_SENT: ClassVar = ("submit", "button", "image", "reset", "file")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[Link] = []
        self.alerts: list[str] = []
        self.order_state: str | None = None
        self._form: Form | None = None
        self._link: Link | None = None
        self._select: str | None = None
        self._textarea: str | None = None
        self._alert: str | None = None
        self.feed(html)
        self.close()

    def form(self, wanted: str) -> Form:
        """The form with this id, or else the first whose action ends so."""
        by_id = [form for form in self.forms if form.id == wanted]
        return (by_id + [form for form in self.forms if form.action.endswith(wanted)])[0]

    def link(self, wanted: str) -> str:
        """Where the first link with this text, or to this address, leads."""
        return next(x.href for x in self.links if wanted in (x.href, " ".join(x.text.split())))

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        self.order_state = given.get("data-order-state", self.order_state)
        if given.get("role") == "alert":
            self._alert = tag
            self.alerts.append("")
        if tag == "form":
            self._form = Form(
                given.get("action", ""), given.get("method", "get").lower(), given.get("id", "")
            )
            self.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._link = Link(given["href"])
            self.links.append(self._link)
        elif self._form is not None:
            self._control(tag, given, self._form)

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name = given.get("name", "")
        kind = given.get("type", "text")
        if tag == "input" and name and kind not in self.NEVER_SENT:
            if kind not in ("radio", "checkbox") or "checked" in given:
                form.fields[name] = given.get("value", "on" if kind == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            self._textarea = name
            form.fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self._alert is not None:
            self.alerts[-1] += data
        if self._link is not None:
            self._link.text += data
        if self._textarea is not None and self._form is not None:
            self._form.fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._alert:
            self._alert = None
        match tag:
            case "form":
                self._form = None
            case "a":
                self._link = None
            case "select":
                self._select = None
            case "textarea":
                self._textarea = None
