"""Pictures that are something else too, or carry it along. What is made of them is a picture."""

from __future__ import annotations

from tests.hostile_pictures.hostile import Hostile
from tests.hostile_pictures.pieces import (
    SCRIPT,
    SIZE,
    chunk,
    drawing,
    exif,
    jpeg_with,
    plain,
    png_with,
    saved,
    segment,
)
from tests.hostile_pictures.strangers import PAGE, zipped

XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SCRIPT + b"</x:xmpmeta>"


def _hidden_exif() -> bytes:
    return b"Exif\0\0" + exif(1, (0x010E, 2, len(SCRIPT), b"\0\0\0\x26")) + SCRIPT


EVERY = tuple(
    Hostile(name, made, size=SIZE, file_name=file_name, content_type=content_type)
    for name, made, file_name, content_type in (
        ("JPEG and page", lambda: plain("JPEG") + PAGE, "cover.html", "text/html"),
        (
            "JPEG with a page in its comment",
            lambda: jpeg_with(segment(0xFE, PAGE)),
            "cover.jpg.html",
            "text/html",
        ),
        (
            "JPEG with a script in EXIF",
            lambda: jpeg_with(segment(0xE1, _hidden_exif())),
            "cover.jpg",
            "image/jpeg",
        ),
        (
            "JPEG with a script in XMP",
            lambda: jpeg_with(segment(0xE1, XMP)),
            "cover.jpg",
            "image/jpeg",
        ),
        (
            "JPEG with a script in JFIF",
            lambda: jpeg_with(segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0" + PAGE)),
            "cover.js",
            "text/javascript",
        ),
        (
            "JPEG and PDF",
            lambda: jpeg_with(segment(0xFE, b"%PDF-1.7\n")) + b"%%EOF",
            "cover.pdf",
            "application/pdf",
        ),
        (
            "JPEG and PHP",
            lambda: plain("JPEG") + b"<?php phpinfo(); ?>",
            "cover.php",
            "application/x-php",
        ),
        ("PNG and ZIP", lambda: plain("PNG") + zipped(), "cover.zip", "application/zip"),
        (
            "PNG with a script in its text",
            lambda: png_with(chunk(b"tEXt", b"Title\0" + SCRIPT)),
            "cover.png",
            "image/svg+xml",
        ),
        ("WebP and page", lambda: plain("WEBP") + PAGE, "cover.webp", "text/html"),
        (
            "WebP with a script in XMP",
            lambda: saved(drawing(), "WEBP", xmp=SCRIPT),
            "cover.webp",
            "image/webp",
        ),
        ("AVIF and page", lambda: plain("AVIF") + PAGE, "cover.avif", "text/html"),
        (
            "AVIF with a script in XMP",
            lambda: saved(drawing(), "AVIF", xmp=SCRIPT),
            "cover.avif",
            "image/avif",
        ),
        (
            "JPEG called a script",
            lambda: plain("JPEG"),
            "<img src=x onerror=alert(1)>.jpg",
            "image/jpeg",
        ),
        ("PNG called a path", lambda: plain("PNG"), "../../../etc/passwd\0.png", "image/png"),
        ("PNG called JPEG", lambda: plain("PNG"), "cover.jpg", "image/jpeg"),
        ("JPEG called nothing", lambda: plain("JPEG"), "", "application/octet-stream"),
    )
)
