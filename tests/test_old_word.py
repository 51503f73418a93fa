"""Old Word documents read as their docx does, cell by cell, or say clearly why not."""

import csv
import os
import stat
import time
from pathlib import Path

import pytest
from helpers import SAMPLE, Printed, checks, compare, docx, figures, read, sample_truth

from analysis.documents.grid import UnreadableError
from analysis.documents.readers import choose, doc, office, rtf

DATA = Path(__file__).with_name("data")
NAMES = ["form_2021_plain", "form_2019_marked_up", "form_2021_narrow_column"]
WORD_97, WORD_95 = b"\xec\xa5\x01\x01", b"\xdc\xa5\x68\x00"
PLAIN = (DATA / f"{NAMES[0]}.doc").read_bytes()


def truth(name: str) -> dict[tuple[str, str, str], Printed]:
    """What a document prints, as it was set."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (r["table"], r["row"], r["column"]): (
            r["state"],
            float(r["value"]) if r["value"] else None,
            r["raw"],
        )
        for r in rows
    }


def with_head(data: bytes, old: bytes, new: bytes) -> bytes:
    """The document with other bytes at the beginning of its text stream."""
    assert data.count(old) == 1
    return data.replace(old, new)


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without LibreOffice."""
    monkeypatch.setattr(office, "to_docx", lambda data, suffix: None)


def fake_office(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program that stands for LibreOffice on the path."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


# ---- documents ----


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_of_an_old_document_reads_as_it_was_set(name, no_office):
    report = read((DATA / f"{name}.doc").read_bytes())
    found = compare(report, truth(name))
    assert found.right == truth(name).keys() and not found.extra
    assert not checks(report) and report.facts["format"] == "doc"


def test_the_title_of_an_old_document_is_read(no_office):
    assert read(PLAIN).facts["year"] == 2022


# ---- what is refused ----


def test_a_document_under_a_password_says_so(no_office):
    at = PLAIN.index(WORD_97) + 11
    locked = PLAIN[:at] + bytes([PLAIN[at] | 1]) + PLAIN[at + 1 :]
    assert checks(read(locked)) == {"encrypted"}


def test_a_document_older_than_word_97_says_what_reads_it(no_office):
    (finding,) = read(with_head(PLAIN, WORD_97, WORD_95)).findings
    assert finding.check == "needs_office" and "Word 6/95" in finding.message


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_document_cut_off_is_damaged(share, no_office):
    assert checks(read(PLAIN[: int(len(PLAIN) * share)])) <= {"truncated", "not_converted"}


def test_what_the_library_tells_of_lost_tables_is_heeded(no_office, monkeypatch):
    monkeypatch.setattr(doc, "_LOSSY", {"CONVERSION_COMPLETE"})
    assert checks(read(PLAIN)) == {"not_converted"}


# ---- LibreOffice ----


def test_libreoffice_reads_what_the_library_does_not(tmp_path, monkeypatch):
    (tmp_path / "made.docx").write_bytes(docx(*SAMPLE))
    fake_office(tmp_path, f'mkdir out && cp "{tmp_path}/made.docx" out/document.docx', monkeypatch)
    old = read(with_head(PLAIN, WORD_97, WORD_95))
    assert figures(old) == sample_truth() and old.facts["format"] == "doc"
    text = read(b"{\\rtf1\\ansi \\trowd}")
    assert figures(text) == sample_truth() and text.facts["format"] == "rtf"


def test_libreoffice_gets_a_profile_of_its_own_in_which_no_macro_runs(tmp_path, monkeypatch):
    fake_office(
        tmp_path,
        f'cat profile/user/*.xcu > "{tmp_path}/seen"; echo "$@" > "{tmp_path}/told"',
        monkeypatch,
    )
    assert office.to_docx(b"x", "doc") is None
    assert "DisableMacrosExecution" in (tmp_path / "seen").read_text()
    assert "-env:UserInstallation=file:" in (tmp_path / "told").read_text()


def test_libreoffice_that_hangs_is_ended_with_all_that_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(office, "TIMEOUT", 0.5)
    fake_office(tmp_path, f'sleep 600 & echo $! > "{tmp_path}/child"; wait', monkeypatch)
    assert office.to_docx(b"x", "doc") is None
    child = Path("/proc") / (tmp_path / "child").read_text().strip() / "status"
    for _ in range(100):
        if not child.exists() or "State:\tZ" in child.read_text():
            break
        time.sleep(0.05)
    assert not child.exists() or "State:\tZ" in child.read_text()


def test_rtf_says_what_reads_it(no_office):
    (finding,) = read(b"{\\rtf1\\ansi x}").findings
    assert finding.check == "needs_office" and "docx" in finding.message


# ---- other containers of the kind ----


def ole(*names: str) -> bytes:
    """An OLE container with empty streams of some names."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[24:34] = b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00"
    for at, value in ((44, 1), (48, 1), (56, 4096), (60, -2), (68, -2)):
        header[at : at + 4] = value.to_bytes(4, "little", signed=True)
    header[76:512] = (0).to_bytes(4, "little") + b"\xff" * 432
    fat = b"\xfd\xff\xff\xff\xfe\xff\xff\xff" + b"\xff" * 504
    root = entry("Root Entry", 5, right=-1, child=1)
    last = len(names)
    entries = root + b"".join(
        entry(name, 2, right=-1 if n == last else n + 1, child=-1)
        for n, name in enumerate(names, start=1)
    )
    return bytes(header) + fat + entries.ljust(512, b"\0")


def entry(name: str, kind: int, right: int, child: int) -> bytes:
    """A line of an OLE container's directory."""
    title = name.encode("utf-16-le")
    links = b"".join(n.to_bytes(4, "little", signed=True) for n in (-1, right, child))
    head = title.ljust(64, b"\0") + (len(title) + 2).to_bytes(2, "little") + bytes([kind, 1])
    return (head + links).ljust(116, b"\0") + (-2).to_bytes(4, "little", signed=True) + b"\0" * 8


@pytest.mark.parametrize(
    ("streams", "name"),
    [
        (("PowerPoint Document",), "PowerPoint (.ppt)"),
        (("MatOST",), "Microsoft Works (.wps)"),
        (("__properties_version1.0",), "Outlook (.msg)"),
        (("\u4840\u3b3f",), "Windows installer (.msi)"),
        (("anything",), "Old Office (OLE)"),
    ],
)
def test_other_old_containers_say_what_they_are(streams, name):
    with pytest.raises(UnreadableError) as error:
        choose(ole(*streams))
    assert (error.value.check, error.value.facts["format"]) == ("format_not_supported", name)


def test_a_new_document_under_a_password_says_so():
    assert checks(read(ole("EncryptedPackage", "EncryptionInfo"))) == {"encrypted"}


def test_a_document_with_a_workbook_inside_is_a_document():
    assert choose(ole("WordDocument", "Workbook")) is doc.read
    assert choose(b" {\\rtf1") is rtf.read
