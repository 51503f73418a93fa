"""Readings on disk until a build commits them: a build that breaks off leaves them to the next.

Each batch is a file of its own, written whole or not at all. What another reader has read, and what
can't be opened, is thrown away.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from analysis.dataset.reading import READING, reader_version, subject
from analysis.dataset.sources import Source
from analysis.documents.corrections import Correction

_FACTS = ["sha256", "given", "read"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reading is kept: the file of its batch, and the row in it."""

    part: Path
    row: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """What tells whether a reading kept from before is the one that a file wants."""

    place: Place
    read: dict[str, object]
    subject: tuple[object, ...]
    corrections: tuple[str, ...]


class Staged:
    """The readings of a build, and those that a build before it has left."""

    def __init__(self, folder: Path) -> None:
        """Open the folder and look through what a build that broke off has left there."""
        self._folder = folder
        self._n_parts = 0
        self._left: dict[str, list[_Kept]] = {}
        for part in sorted(folder.glob("*.arrow")):
            self._look_through(part)
        for rest in folder.glob("*.part"):
            rest.unlink()

    def __len__(self) -> int:
        """How many readings a build before has left."""
        return sum(map(len, self._left.values()))

    def add(self, message: bytes) -> Path:
        """Keep the readings of a batch; ValueError where other code has read them."""
        with pa.ipc.open_stream(message) as stream:
            reader = _reader_of(stream.schema)
        if reader != reader_version():
            raise ValueError(
                f"the workers read by other code ({reader}) than this build ({reader_version()}): "
                "install the same version everywhere"
            )
        self._folder.mkdir(parents=True, exist_ok=True)
        self._n_parts += 1
        part = self._folder / f"{self._n_parts:07}.arrow"
        unfinished = part.with_suffix(".part")
        unfinished.write_bytes(message)
        return unfinished.replace(part)

    def find(
        self, source: Source, sha256: str, corrections: tuple[Correction, ...] | None
    ) -> Place | None:
        """A reading of a file's bytes by a build before, with the same facts given.

        It must have been read with just these corrections, or with any where they are None.
        """
        wanted = None if corrections is None else tuple(map(str, corrections))
        for kept in self._left.get(sha256, []):
            fits = subject(kept.read, source.given) == kept.subject
            if fits and wanted in (None, kept.corrections):
                return kept.place
        return None

    def remove(self) -> None:
        """Throw away all readings: they are committed."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _look_through(self, part: Path) -> None:
        """Note the readings of a part; throw it away where it is of no use."""
        try:
            batch = facts_of(part)
        except (pa.ArrowInvalid, OSError):
            part.unlink()
            return
        if _reader_of(batch.schema) != reader_version():
            part.unlink()
            return
        self._n_parts = max(self._n_parts, int(part.stem))
        for row, (sha256, given, read) in enumerate(zip(*batch.to_pydict().values(), strict=True)):
            told = json.loads(read)
            facts = {name: told[name] for name in ("title", "agency", "year")}
            known = subject(facts, json.loads(given))
            kept = _Kept(Place(part, row), facts, known, tuple(told["corrections"]))
            if sha256:
                self._left.setdefault(sha256, []).append(kept)


def facts_of(part: Path) -> pa.RecordBatch:
    """Digests and facts of the readings of a part, without their cells and issues."""
    chosen = [READING.get_field_index(name) for name in _FACTS]
    return _opened(part, pa.ipc.IpcReadOptions(included_fields=chosen))


def in_runs(places: Mapping[str, Place]) -> Iterator[tuple[list[str], pa.RecordBatch]]:
    """Reports with their readings in the order given, a few hundred at a time."""
    for part, run in groupby(places.items(), key=lambda item: item[1].part):
        ids, rows = zip(*((report_id, place.row) for report_id, place in run), strict=True)
        yield list(ids), _opened(part, None).take(pa.array(rows, pa.int32()))


def _opened(part: Path, options: pa.ipc.IpcReadOptions | None) -> pa.RecordBatch:
    """The one batch of a part."""
    with pa.OSFile(str(part)) as file, pa.ipc.open_stream(file, options=options) as stream:
        return stream.read_next_batch()


def _reader_of(schema: pa.Schema) -> str:
    """The version of the reader that a part names."""
    return str((schema.metadata or {}).get(b"reader", b"").decode())
