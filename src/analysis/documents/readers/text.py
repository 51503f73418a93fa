"""Bytes → text: the encodings that report pages really use, whatever they declare."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)


def decode(data: bytes, declared: bool = False) -> str:
    """Decode a document: by its byte-order mark, else by what fits its bytes best.

    Chinese text in GB18030 (which holds gb2312 and gbk) never fits UTF-8, so what fits decides,
    not what is declared; with `declared`, a page that declares Big5 has that tried too.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if wide := _utf16_without_mark(data):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    if _share_odd(text) < 0.2:
        return text
    others = [data.decode(name, "replace") for name in _other_encodings(data, declared)]
    return min(others, key=_share_odd)


def _other_encodings(data: bytes, declared: bool) -> list[str]:
    """Encodings in question when UTF-8 does not fit, the likeliest first."""
    found = _DECLARED.search(data[:4096]) if declared else None
    big5 = found is not None and found[1].lower().startswith(b"big5")
    return ["gb18030", "big5hkscs"] if big5 else ["gb18030"]


def _share_odd(text: str) -> float:
    """Share of the characters beyond ASCII that are replacement or private-use characters.

    Counted in UTF-8, which is quick: Chinese characters have three bytes, private ones begin so.
    """
    data = text.encode("utf-8", "replace")
    beyond = (len(data) - len(text)) // 2
    return (data.count(b"\xef\xbf\xbd") + data.count(b"\xee")) / max(1, beyond)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark shows in its zero bytes: digits, tabs and tags have one each."""
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 20 < len(head) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"
