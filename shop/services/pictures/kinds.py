"""What a file is, by its first bytes: never by its name, nor by what its sender calls it."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l

from shop.services.pictures.still import Unreadable

# Enough for a text to show that it is a page or a drawing.
HEAD = 4096

TAKEN = (
    ("JPEG", re.compile(rb"\xff\xd8\xff")),
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("WEBP", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    # `mif1` and `msf1` are what containers of AVIF and of HEIC may both call themselves first.
    ("AVIF", re.compile(rb".{4}ftyp(avi[fs]|m[is]f1(?=.{0,60}avi[fs]))", re.DOTALL)),
)
MARKUP = rb"\s*(<\?xml|<!--|<!doctype|<svg|<html|<head|<body|<script|<title|<meta)"
STRANGERS = (
    (
        re.compile(rb".{4}ftyp(hei[cxms]|hev[cxms]|m[is]f1)", re.DOTALL),
        _l("This is an HEIC picture, as iPhones make them. Save it as JPEG and send that."),
    ),
    (
        re.compile(rb"GIF8[79]a"),
        _l("This is a GIF. Save it as PNG and send that."),
    ),
    (
        re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL),
        _l("This is a BMP picture. Save it as PNG and send that."),
    ),
    (
        re.compile(rb"II[*+]\0|MM\0[*+]"),
        _l("This is a TIFF or a camera's raw picture. Save it as JPEG and send that."),
    ),
    (
        re.compile(rb"8BPS"),
        _l("This is a Photoshop file. Save it as JPEG or PNG and send that."),
    ),
    (
        re.compile(rb"\0\0[\1\2]\0.\0", re.DOTALL),
        _l("This is an icon. Send the picture as JPEG or PNG."),
    ),
    (
        re.compile(rb"\xff\n|\0\0\0\x0cJXL |\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
        _l("This is a JPEG XL or JPEG 2000 picture. Save it as ordinary JPEG and send that."),
    ),
    (
        re.compile(rb".{0,1024}%PDF-|%!PS", re.DOTALL),
        _l("This is a PDF or PostScript document. Save its page as JPEG or PNG and send that."),
    ),
    (
        re.compile(rb".{4}(ftyp|moov|mdat)|\x1aE\xdf\xa3|RIFF.{4}AVI |\0\0\1[\xb3\xba]", re.DOTALL),
        _l("This is a video. Send a picture: JPEG, PNG, WebP or AVIF."),
    ),
    (
        re.compile(rb"ID3|OggS|fLaC|RIFF.{4}WAVE", re.DOTALL),
        _l("This is a sound. Send a picture: JPEG, PNG, WebP or AVIF."),
    ),
    (
        re.compile(rb"PK[\3\5\7]|\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!"),
        _l("This is an archive. Unpack it and send the picture that is in it."),
    ),
    (
        re.compile(MARKUP + rb"(?=.*<svg)|\s*<svg", re.DOTALL | re.IGNORECASE),
        _l("This is an SVG drawing, which may hold a program. Save it as PNG and send that."),
    ),
    (
        re.compile(MARKUP, re.IGNORECASE),
        _l("This is a web page and no picture. Save the picture itself and send that."),
    ),
)
UNKNOWN = _l("This is not a picture that the shop knows. Send JPEG, PNG, WebP or AVIF.")
EMPTY = _l("This file is empty. Choose the picture again.")


def kind_of(data: bytes) -> str:
    """JPEG, PNG, WEBP or AVIF; Unreadable with what it is instead."""
    for kind, beginning in TAKEN:
        if beginning.match(data):
            return kind
    if not data:
        raise Unreadable(EMPTY)
    head = _text(data[:HEAD])
    for beginning, sentence in STRANGERS:
        if beginning.match(head):
            raise Unreadable(sentence)
    raise Unreadable(UNKNOWN)


def _text(head: bytes) -> bytes:
    """Without a byte order mark; UTF-16 as the single bytes that markup is written in."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace").encode("ascii", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")
