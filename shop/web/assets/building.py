"""Copies of the static files whose names carry the hash of their content, and smaller copies.

Nothing is ever overwritten: a process that began with an earlier version finds its files where they
were, and one of a later version can still give them out, until they are old.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from tempfile import NamedTemporaryFile
from typing import Any, cast

from shop.web.assets.compression import ENDINGS, WORTH_IT, Compression, variants

HASH_LETTERS = 12
# Seconds; pages stay open for days, and caches of others keep them longer.
OLD = 30 * 24 * 3600
# What a stylesheet refers to, but for addresses that are whole already.
REFERENCE = re.compile(r"""(url\(\s*["']?)(?!data:|https?:|[#/])([^"')]+)""")


@dataclass(frozen=True)
class Built:
    """`names` leads from a file under `static/` to its copy under `folder`."""

    folder: Path
    names: Mapping[str, str]


def build(source: Path, target: Path, effort: Compression) -> Built:
    """Put into `target` what is not there yet, and write down at last what belongs to `source`."""
    contents = read(source)
    names = {name: _hashed(name, content) for name, content in contents.items()}
    for name in [name for name in contents if name.endswith(".css")]:
        contents[name] = _with_hashed_references(name, contents[name], names)
        names[name] = _hashed(name, contents[name])
    built = Built(target / "files", names)
    for name, content in contents.items():
        _write_all(built.folder / names[name], content, effort)
    # What the version before has shown until now is not old yet.
    for name in _last(target)["names"].values():
        _touch(built.folder / name)
    manifest = {"source": fingerprint(source), "names": names}
    _write(target / "manifest.json", json.dumps(manifest, indent=1).encode())
    return built


def ready(source: Path, target: Path) -> Built | None:
    """What was built of exactly these files; None where that was not done."""
    last = _last(target)
    return Built(target / "files", last["names"]) if last["source"] == fingerprint(source) else None


def drop_old(built: Built) -> int:
    """Delete files that no version of the latest 30 days has shown; how many."""
    old = [path for path in files_under(built.folder) if path.stat().st_mtime < time.time() - OLD]
    for path in old:
        path.unlink()
    return len(old)


def fingerprint(source: Path) -> str:
    """Changes with any file there, its name or its content."""
    told = hashlib.sha256()
    for name, content in read(source).items():
        told.update(f"{name} {len(content)} ".encode() + content)
    return told.hexdigest()


def read(source: Path) -> dict[str, bytes]:
    return {path.relative_to(source).as_posix(): path.read_bytes() for path in files_under(source)}


def files_under(folder: Path) -> list[Path]:
    """But for those that are being written."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))


def _last(target: Path) -> dict[str, Any]:
    """What was written down when `target` was built last."""
    try:
        return cast(dict[str, Any], json.loads((target / "manifest.json").read_bytes()))
    except FileNotFoundError:
        return {"source": "", "names": {}}


def _hashed(name: str, content: bytes) -> str:
    """`css/base.css` becomes `css/base.<hash>.css`."""
    folder, slash, last = name.rpartition("/")
    stem, dot, ending = last.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:HASH_LETTERS]
    return f"{folder}{slash}{stem}.{digest}{dot}{ending}" if dot else f"{name}.{digest}"


def _with_hashed_references(name: str, content: bytes, names: Mapping[str, str]) -> bytes:
    """KeyError where a stylesheet refers to a file that is not there."""

    def hashed(reference: re.Match[str]) -> str:
        path = normpath(join(dirname(name), reference[2]))
        return reference[1] + join(dirname(reference[2]), names[path].rpartition("/")[2])

    return REFERENCE.sub(hashed, content.decode()).encode()


def _write_all(path: Path, content: bytes, effort: Compression) -> None:
    if path.exists():
        _touch(path)
        return
    smaller = variants(content, effort) if path.suffix in WORTH_IT else ()
    for ending, packed in smaller:
        _write(path.with_name(path.name + ending), packed)
    # Last, since it tells that the others are there.
    _write(path, content)


def _touch(path: Path) -> None:
    for each in (path, *(path.with_name(path.name + ending) for ending in ENDINGS)):
        with suppress(FileNotFoundError):
            os.utime(each)


def _write(path: Path, content: bytes) -> None:
    """At once or not at all, also where two do it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as part:
        part.write(content)
    os.chmod(part.name, 0o644)
    os.replace(part.name, path)
