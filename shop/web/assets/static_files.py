"""WhiteNoise over names with hashes.

While a new version takes the place of the old one, a page of the one may ask a process of the other
for its files. A name of another version that is not there leads to the present file, which nobody
may keep under that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from wsgiref.headers import Headers

from whitenoise import WhiteNoise
from whitenoise.string_utils import decode_path_info

from shop.web.assets.building import HASH_LETTERS, Built, files_under
from shop.web.assets.shown import Shown

PREFIX = "/static/"
YEAR_SECONDS = 365 * 24 * 3600
FOR_EVER = f"public, max-age={YEAR_SECONDS}, immutable"
ASK_AGAIN = "public, max-age=0, must-revalidate"
HASH = re.compile(rf"\.([0-9a-f]{{{HASH_LETTERS}}})(?=\.[^./]+$|$)")


class StaticFiles(WhiteNoise):  # type: ignore[misc]
    """Serves what is shown at present; the application answers for everything else."""

    def __init__(self, application: Any, shown: Shown) -> None:
        super().__init__(application)
        self.shown = shown
        self._built: Built | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = decode_path_info(environ.get("PATH_INFO", ""))
        if path.startswith(PREFIX):
            self._catch_up()
            if file := self.files.get(path) or self.files.get(HASH.sub("", path)):
                return self.serve(file, environ, start_response)  # type: ignore[no-any-return]
        return self.application(environ, start_response)  # type: ignore[no-any-return]

    def _catch_up(self) -> None:
        built = self.shown.now()
        if built is not self._built:
            self.files = self._files(built)
            self._built = built

    def _files(self, built: Built) -> dict[str, Any]:
        """Each file by its name with its hash, those of earlier versions too, and by its plain one.

        WhiteNoise is told of all at once what else it would look for on the disk.
        """
        seen = {str(path): path.stat() for path in files_under(built.folder)}
        plain = {PREFIX + name: built.folder / hashed for name, hashed in built.names.items()}
        hashed = {
            PREFIX + path[len(str(built.folder)) + 1 :]: path
            for path in seen
            if not self.is_compressed_variant(path, stat_cache=seen)
        }
        return {
            url: self.get_static_file(str(path), url, stat_cache=seen)
            for url, path in (plain | hashed).items()
        }

    def add_cache_headers(self, headers: Headers, path: str, url: str) -> None:
        headers["Cache-Control"] = FOR_EVER if HASH.search(url) else ASK_AGAIN
        # Two files of the same size and second are two; the same file on two hosts is one.
        headers["ETag"] = f'W/"{"".join(HASH.findall(path))}"'
