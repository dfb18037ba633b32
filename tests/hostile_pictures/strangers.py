"""What is no picture that the shop takes, by what it is, whatever its name says."""

from __future__ import annotations

import gzip
import io
import zipfile

from PIL import Image as Pillow

from tests.hostile_pictures.hostile import Hostile
from tests.hostile_pictures.pieces import SCRIPT, box, drawing, moving, plain, saved

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
DECLARED = b'<?xml version="1.0"?>\n<!-- a cover -->\n' + SVG
PAGE = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
VIDEO = "This is a video"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("cover.jpg", plain("JPEG"))
    return out.getvalue()


EVERY = (
    Hostile("nothing", bytes, "is empty"),
    Hostile("text", lambda: b"Dear sirs, the cover follows by mail. " * 20, "not a picture"),
    Hostile("zeros", lambda: bytes(5000), "not a picture"),
    Hostile("program", lambda: b"\x7fELF\2\1\1" + bytes(500), "not a picture"),
    Hostile("SVG with a script", lambda: SVG, "SVG", None, "cover.svg", "image/svg+xml"),
    Hostile("SVG as PNG", lambda: SVG, "SVG", None, "cover.png", "image/png"),
    Hostile("SVG with a declaration", lambda: DECLARED, "SVG"),
    Hostile("SVG behind a mark", lambda: b"\xef\xbb\xbf\r\n " + DECLARED, "SVG"),
    Hostile("SVG in UTF-16", lambda: DECLARED.decode().encode("utf-16"), "SVG"),
    Hostile("packed SVG", lambda: gzip.compress(SVG, mtime=0), "archive", None, "cover.svgz"),
    Hostile("page", lambda: PAGE, "web page", None, "cover.html", "text/html"),
    Hostile("page with a script first", lambda: b"\n\n" + SCRIPT, "web page"),
    Hostile("PDF", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(200), "PDF"),
    Hostile("PDF behind something", lambda: b"\n" * 300 + b"%PDF-1.7\n", "PDF"),
    Hostile("PostScript", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
    Hostile("GIF", lambda: plain("GIF"), "GIF", None, "cover.png", "image/png"),
    Hostile("GIF that moves", lambda: moving("GIF"), "GIF"),
    Hostile("GIF and JavaScript", lambda: b"GIF89a/*" + bytes(9) + b"*/=1;alert(1)//", "GIF"),
    Hostile("GIF of 4 gigapixels", lambda: b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(6), "GIF"),
    Hostile("BMP", lambda: plain("BMP"), "BMP"),
    Hostile("TIFF", lambda: plain("TIFF"), "TIFF"),
    Hostile("TIFF of a Mac", lambda: b"MM\0*\0\0\0\x08" + bytes(50), "TIFF"),
    Hostile("icon", lambda: saved(drawing().resize((32, 32)), "ICO"), "icon"),
    Hostile("Photoshop's", lambda: b"8BPS\0\1" + bytes(60), "Photoshop"),
    Hostile("JPEG 2000", lambda: plain("JPEG2000"), "JPEG 2000"),
    Hostile("JPEG XL", lambda: b"\xff\x0a\xfa\x1f" + bytes(60), "JPEG XL"),
    Hostile("HEIC", lambda: box(b"ftyp", b"heic", bytes(4), b"mif1heic"), "HEIC"),
    Hostile("HEIC by its other name", lambda: box(b"ftyp", b"mif1", bytes(4), b"heic"), "HEIC"),
    Hostile("MP4", lambda: box(b"ftyp", b"isom", bytes(4)) + box(b"mdat", bytes(99)), VIDEO),
    Hostile("WebM", lambda: b"\x1aE\xdf\xa3" + bytes(60), VIDEO),
    Hostile("ZIP", zipped, "archive"),
    Hostile("sound", lambda: b"ID3\4" + bytes(60), "sound"),
    Hostile(
        "camera's raw", lambda: saved(Pillow.new("L", (8, 8)), "TIFF"), "TIFF", None, "IMG_1.CR2"
    ),
)
