"""What several modules of tests read and none changes."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from stores import RAW, Here

from analysis import build

# Recognising text needs an extra (make ocr); what is to be seen without it is in test_scan.py.
collect_ignore = [] if find_spec("rapidocr") else ["test_scanned.py"]


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the sample reports."""
    out = tmp_path_factory.mktemp("samples") / "processed"
    build(RAW, out, scheduler=Here(), progress=False)
    return out
