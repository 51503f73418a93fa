"""Remembers the digests of files by size and times, so that an unchanged folder is not read.

It may be thrown away at any time: files are then told by their bytes.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from analysis.dataset.sources import Source

_SURE_AFTER = 2 * 10**9


class Stamps:
    """The digest of each file by the stamp that the system gives it."""

    def __init__(self, path: Path) -> None:
        """Open what the last build remembered, if anything."""
        self._path = path
        self._known: dict[str, list[str]] = {}
        try:
            self._known = json.loads(path.read_bytes())
        except (OSError, ValueError):
            self._known = {}

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
        if known != self._known:
            unfinished = self._path.with_suffix(".part")
            unfinished.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
            unfinished.replace(self._path)
            self._known = known


def _last_change(source: Source) -> int:
    """When a file last changed, in nanoseconds since 1970."""
    return max(map(int, source.stamp.split()[1:]))
