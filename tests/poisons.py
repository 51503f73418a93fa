"""Files that hang, exhaust memory or end the process that reads them, and a reader that lets them.

No known file does so to the real reader: processes get the other one by their initializer.
"""

import ctypes
import os
import re
from collections.abc import Mapping, Sequence

from analysis.dataset import reading
from analysis.documents import report
from analysis.documents.corrections import Correction
from analysis.documents.grid import Document
from analysis.documents.readers import read
from analysis.documents.report import Report, read_bytes

HANG, BOMB, ABORT, FAULT = (f"<!--{word}-->".encode() for word in "hang bomb abort fault".split())
_ENDLESS = re.compile(r"(a+)+$")


def poison_reader() -> None:
    """Let the reader of this process fall for each of the poisons."""
    reading.read_bytes = _read
    report.read = _read_document


def _read(
    data: bytes, corrections: Sequence[Correction], given: Mapping[str, object] | None
) -> Report:
    """Read a document as ever, unless it is poisonous."""
    if HANG in data:
        _ENDLESS.match("a" * 64 + "b")  # within the library's own code, where no signal is seen
    if ABORT in data:
        os.abort()
    if FAULT in data:
        ctypes.string_at(0)
    return read_bytes(data, corrections, given)


def _read_document(data: bytes) -> Document:
    """Read the grids of a document as ever, unless they never end."""
    hoard = []
    while BOMB in data:
        hoard.append(bytes(2**26))
    return read(data)
