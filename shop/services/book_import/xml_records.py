"""Records of an XML file one after the other: memory stays flat, and nothing outside is read."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

from flask_babel import lazy_gettext as _l
from lxml import etree

from shop.services.book_import.source_file import SourceFile, Unreadable

# An lxml element, which has no types.
Element = Any
# Documents that name nothing outside of themselves, and no tree of any size.
CAREFUL = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def elements(file: SourceFile, names: tuple[str, ...]) -> Iterator[Element]:
    """Each element with one of these names, in any namespace; it is emptied before the next.

    What is in none of them is forgotten as it ends, or a file of nothing else would be one tree.
    Unreadable where the file stops being XML, with the line.
    """
    inside = 0
    with file.path.open("rb") as opened:
        reading = etree.iterparse(opened, events=("start", "end"), **CAREFUL)
        try:
            for event, element in reading:
                wanted = local(element) in names
                if wanted and event == "start":
                    _refuse_entities(element)
                    inside += 1
                elif wanted:
                    yield element
                    inside -= 1
                    _forget(element)
                elif event == "end" and not inside:
                    _forget(element)
        except etree.XMLSyntaxError as error:
            raise Unreadable(_broken(error)) from None
        except LookupError:
            raise Unreadable(_l("The file is in an encoding that nobody knows here.")) from None


def root_name(file: SourceFile) -> str:
    """The local name of the document's element; Unreadable where there is none."""
    with file.path.open("rb") as opened:
        try:
            for _, element in etree.iterparse(opened, events=("start",), **CAREFUL):
                return local(element)
        except etree.XMLSyntaxError as error:
            raise Unreadable(_broken(error)) from None
        except LookupError:
            raise Unreadable(_l("The file is in an encoding that nobody knows here.")) from None
    raise Unreadable(_l("There is no element in this XML file."))


def local(element: Element) -> str:
    """The name without its namespace; nothing for an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text(element: Element) -> str:
    """All text inside, with the entities of HTML that ONIX 2.1 knows by name."""
    if not len(element):
        return element.text or ""
    pieces = [element.text or ""]
    for inner in element:
        pieces.append(unescape(inner.text) if inner.tag is etree.Entity else text(inner))
        pieces.append(inner.tail or "")
    return "".join(pieces)


def _refuse_entities(element: Element) -> None:
    """Files of books declare none; those that do try to be larger than they look, or to read."""
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise Unreadable(_l("The file declares entities of its own: such files are not read."))


def _forget(element: Element) -> None:
    above = element.getparent()
    element.clear()
    while above is not None and element.getprevious() is not None:
        del above[0]


def _broken(error: etree.XMLSyntaxError) -> object:
    return _l(
        "This XML breaks off or is not well formed at line %(line)s: %(error)s",
        line=error.lineno,
        error=error.msg,
    )
