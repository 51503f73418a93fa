"""Remembers digests of files by size, number and times: an unchanged folder is not read.

A file that is remembered under its own path is one report, and no archive of several.

It may be thrown away at any time: files are then told by their bytes.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from analysis.dataset.reading import reader_version
from analysis.dataset.sources import Source

_SURE_AFTER = 2 * 10**9


class Stamps:
    """The digest of each file by the stamp that the system gives it."""

    def __init__(self, path: Path) -> None:
        """Open what the last build remembered, if anything."""
        self._path = path
        try:
            kept = json.loads(path.read_bytes())
            self._reader, self._known = kept["reader"], kept["files"]
        except (OSError, ValueError, KeyError, TypeError):
            self._reader, self._known = "", {}

    def is_one_report(self, path: str, stamp: str) -> bool:
        """Whether a file of this stamp was one report, no archive of several, to this reader."""
        known, _ = self._known.get(path, ("", ""))
        return bool(stamp) and known == stamp and self._reader == reader_version()

    def sha256(self, source: Source) -> str:
        """A file's digest: as remembered where its stamp is the same, else from its bytes."""
        stamp, digest = self._known.get(source.path, ("", ""))
        return digest if stamp and stamp == source.stamp else source.sha256()

    def remember(self, digests: Iterable[tuple[Source, str]], started_ns: int) -> None:
        """Remember digests of files, but for those that may change yet within one tick."""
        known = {
            source.path: [source.stamp, digest]
            for source, digest in digests
            if source.stamp and digest and _last_change(source) < started_ns - _SURE_AFTER
        }
        if (self._reader, self._known) != (reader_version(), known):
            self._reader, self._known = reader_version(), known
            kept = {"reader": self._reader, "files": self._known}
            unfinished = self._path.with_suffix(".part")
            unfinished.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
            unfinished.replace(self._path)


def _last_change(source: Source) -> int:
    """When a file last changed, in nanoseconds since 1970."""
    return max(map(int, source.stamp.split()[-2:]))
