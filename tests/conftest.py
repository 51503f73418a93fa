"""What several modules of tests read and none changes."""

from pathlib import Path

import pytest
from stores import RAW

from analysis import build


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the sample reports."""
    out = tmp_path_factory.mktemp("samples") / "processed"
    build(RAW, out, workers=1, progress=False)
    return out
