"""Damages documents as storage, networks, bad programs and ill will do; each from a seed."""

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

from typesetter import pack

HUGE = (b"0", b"-1", b"65536", b"999999999", b"9" * 30, b"100%", b"1e9", b"NaN")
DEEP = (b"<table><tr><td>", b"<div>", b"<span>", b"<w:tbl><w:tr><w:tc>", b"<w:sdt><w:sdtContent>")
DEEP += (b"[", b"{", b"{\\rtf1 ", b"<<", b"(")
MARKUP = re.compile(rb"""(colspan|rowspan|gridSpan w:val|w:val|\br|\bt|\bs|ref|count)="([^"]*)\"""")
MEMBER_LIMIT = 4 * 2**20


def mutant(rng: Random, data: bytes, other: bytes) -> bytes:
    """Damage a document in one to three ways; another one lends what is spliced in."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        data = rng.choice(MUTATIONS)(rng, data, other) or b"\0"
    return data


def place(rng: Random, data: bytes) -> tuple[int, int]:
    """Choose a range of bytes: mostly a short one, sometimes a long one."""
    start = rng.randrange(len(data) + 1)
    longest = rng.choice((4, 64, 1024, len(data)))
    return start, min(len(data), start + rng.randint(1, max(1, longest)))


def truncate(rng: Random, data: bytes, other: bytes) -> bytes:
    """Cut the end off."""
    return data[: rng.randrange(len(data) + 1)]


def flip(rng: Random, data: bytes, other: bytes) -> bytes:
    """Flip some bits."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 4, 40)) if data else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def delete(rng: Random, data: bytes, other: bytes) -> bytes:
    """Leave a range out."""
    start, end = place(rng, data)
    return data[:start] + data[end:]


def duplicate(rng: Random, data: bytes, other: bytes) -> bytes:
    """Repeat a range, a few times or very often."""
    start, end = place(rng, data)
    times = rng.choice((2, 2, 10, 1000))
    times = max(2, min(times, MEMBER_LIMIT // (end - start + 1)))
    return data[:start] + data[start:end] * times + data[end:]


def swap(rng: Random, data: bytes, other: bytes) -> bytes:
    """Let two neighbouring ranges change places."""
    start, middle = place(rng, data)
    end = min(len(data), middle + (middle - start))
    return data[:start] + data[middle:end] + data[start:middle] + data[end:]


def insert(rng: Random, data: bytes, other: bytes) -> bytes:
    """Put random bytes in."""
    start, _ = place(rng, data)
    return data[:start] + rng.randbytes(rng.choice((1, 16, 512))) + data[start:]


def splice(rng: Random, data: bytes, other: bytes) -> bytes:
    """Go on with another document from somewhere."""
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def nest(rng: Random, data: bytes, other: bytes) -> bytes:
    """Open something very often, so that what follows stands deep inside."""
    start, _ = place(rng, data)
    return data[:start] + rng.choice(DEEP) * rng.choice((10, 300, 20000)) + data[start:]


def stretch(rng: Random, data: bytes, other: bytes) -> bytes:
    """Set some spans, references and counts to huge or senseless numbers."""
    share = rng.choice((0.02, 0.5, 1.0))
    return MARKUP.sub(
        lambda m: m[1] + b'="' + (rng.choice(HUGE) if rng.random() < share else m[2]) + b'"', data
    )


def within(rng: Random, data: bytes, other: bytes) -> bytes:
    """Damage one member of an archive and pack it again; other documents are damaged whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {
                info.filename: archive.read(info)
                for info in archive.infolist()
                if info.file_size < MEMBER_LIMIT
            }
    except Exception:  # what is damaged already can't be opened
        return flip(rng, data, other)
    if not parts:
        return flip(rng, data, other)
    biggest = max(parts, key=lambda name: len(parts[name]))
    name = biggest if rng.random() < 0.7 else rng.choice(sorted(parts))
    inner = rng.choice((flip, delete, duplicate, swap, insert, nest, stretch, stretch))
    return pack(parts | {name: inner(rng, parts[name], other)})


Mutation = Callable[[Random, bytes, bytes], bytes]
MUTATIONS: tuple[Mutation, ...] = (
    *(truncate, flip, delete, duplicate, swap, insert, splice, nest, stretch, within, within),
)
