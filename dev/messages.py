"""The shop's words in Russian: `python -m dev.messages` brings the catalogue up to date.

Sources and templates are searched for all that pages, mails and errors say. A message keeps its
translation while its English stays; a new one waits for its own in `messages.po`, and one that
nobody says any more goes. `messages.mo`, which the shop reads, is compiled from it. The same
sources and translations give the same bytes. `--check` writes nothing: it fails where either
file would change.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "ru"
TEXT = ROOT / "shop" / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"
COMPILED = TEXT.with_suffix(".mo")
# Where messages are said, and what reads such a file.
SOURCES = (
    ("shop/**/*.py", "python"),
    ("templates/**/*.html", "jinja2"),
    ("templates/**/*.txt", "jinja2"),
    ("templates/**/*.xml", "jinja2"),
)
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
# A template that cannot be read is an error, not a file without messages.
OPTIONS = {"silent": "false"}
COMMENT = "# What the shop says, in Russian. `python -m dev.messages` keeps the list of messages."
LINE_LENGTH = 100


class PlainCatalog(Catalog):
    """Without dates and versions in its header, which would change while the words do not."""

    mime_headers = property(
        lambda catalogue: [
            ("Language", LOCALE),
            ("Plural-Forms", catalogue.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say what would change")
    options = parser.parse_args(arguments)
    catalogue = up_to_date(written())
    changed = {path: new for path, new in files(catalogue).items() if _content(path) != new}
    names = ", ".join(str(path.relative_to(ROOT)) for path in changed)
    if options.check and changed:
        sys.exit(f"Not up to date: {names}. Run `python -m dev.messages`, translate what is new.")
    for path, content in changed.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    waiting = [message for message in catalogue if message.id and not is_translated(message)]
    print(f"{len(catalogue)} messages, {len(waiting)} without a translation.")
    print(f"Changed: {names or 'nothing'}.")


def extracted() -> Catalog:
    """The messages of the sources as they are now, none of them translated."""
    catalogue = Catalog()
    for pattern, reader in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            place = path.relative_to(ROOT).as_posix()
            for line, message, _, context in extract_from_file(
                reader, path, KEYWORDS, options=OPTIONS
            ):
                catalogue.add(message, locations=[(place, line)], context=context)
    return catalogue


def written() -> Catalog:
    """`messages.po` as it is; a catalogue without messages where there is none."""
    if not TEXT.exists():
        return Catalog(LOCALE)
    with TEXT.open("rb") as file:
        return read_po(file, locale=LOCALE, abort_invalid=True)


def up_to_date(known: Catalog) -> Catalog:
    """The messages of the sources with the translations that are known."""
    catalogue = PlainCatalog(LOCALE, header_comment=COMMENT, fuzzy=False)
    blank = ("",) * catalogue.num_plurals
    for message in extracted():
        if not message.id:
            continue
        old = known.get(message.id, message.context)
        if old is None or old.id != message.id:
            old = Message(message.id, blank if message.pluralizable else "")
        catalogue.add(
            message.id,
            old.string,
            message.locations,
            # What a translator doubted, and wrote beside it.
            flags=message.flags | old.flags,
            user_comments=old.user_comments,
            context=message.context,
        )
    return catalogue


def files(catalogue: Catalog) -> dict[Path, bytes]:
    """What the two files hold when this is the catalogue."""
    text, compiled = io.BytesIO(), io.BytesIO()
    # Line numbers would change with every edit above them.
    write_po(text, catalogue, width=LINE_LENGTH, sort_by_file=True, include_lineno=False)
    write_mo(compiled, catalogue)
    return {TEXT: text.getvalue(), COMPILED: compiled.getvalue()}


def is_translated(message: Message) -> bool:
    """Whether every plural form is there, and nobody doubts it."""
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(forms) and not message.fuzzy


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    main()
