"""Archives of reports: every member is a source of its own, and none can harm or escape."""

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from helpers import SAMPLE, checks, docx, figures, html, read, sample_truth, text, workbook, zipped

from analysis.dataset.build import build
from analysis.dataset.loading import load
from analysis.dataset.sources import find_sources
from analysis.documents.grid import UnreadableError
from analysis.documents.readers import bundle
from analysis.documents.readers.bundle import list_members, read_member_at
from analysis.documents.reference import ReferenceDataError

PAGE, WORD = html(*SAMPLE), docx(*SAMPLE)
PASSED_OVER = ["__MACOSX/._a.docx", ".DS_Store", "a/Thumbs.db", "a/.hidden/b.html", "~$b.docx"]


def paths(data: bytes) -> list[str]:
    return [member.path for member in list_members(data)]


def refusal(data: bytes, *steps: int) -> str:
    with pytest.raises(UnreadableError) as error:
        read_member_at(data, steps) if steps else list_members(data)
    return error.value.check


def raw_named(name: bytes) -> bytes:
    """An archive whose one member's name has these very bytes and no sign of its encoding."""
    stand_in = b"n" * len(name)
    return zipped({stand_in.decode(): PAGE}).replace(stand_in, name)


# ---- one report ----


@pytest.mark.parametrize("document", [PAGE, WORD, workbook(*SAMPLE), text(*SAMPLE).encode()])
def test_an_archive_with_one_report_reads_as_the_report(document):
    members = dict.fromkeys(PASSED_OVER, b"x") | {"folder/": b"", "folder/report": document}
    assert figures(read(zipped(members))) == sample_truth()


def test_a_picture_beside_the_one_report_does_not_hide_it():
    assert (
        figures(read(zipped({"a.docx": WORD, "logo.gif": b"GIF89a" + bytes(99)}))) == sample_truth()
    )


def test_a_report_packed_by_gzip_is_read():
    assert figures(read(gzip.compress(PAGE))) == sample_truth()


def test_several_reports_are_named_and_none_is_chosen():
    (finding,) = read(zipped({"2022.html": PAGE, "2023.docx": WORD})).findings
    assert finding.check == "several_reports"
    assert "2022.html, 2023.docx" in finding.message and "build" in finding.message


def test_documents_that_are_zip_containers_stay_what_they_are():
    assert not checks(read(WORD)) and not checks(read(workbook(*SAMPLE)))
    slides = {"[Content_Types].xml": b"", "ppt/presentation.xml": b""}
    (finding,) = read(zipped(slides)).findings
    assert "PowerPoint" in finding.message
    (finding,) = read(zipped({"OFD.xml": b"", "Doc_0/Document.xml": b""})).findings
    assert "OFD" in finding.message


@pytest.mark.parametrize("magic", [b"7z\xbc\xaf\x27\x1c\0\4", b"Rar!\x1a\x07\x01\x00"])
def test_other_archives_are_to_be_unpacked(magic):
    (finding,) = read(magic + bytes(99)).findings
    assert finding.check == "archive_not_read" and "unpack" in finding.message


# ---- names ----


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8"])
def test_names_without_a_sign_of_their_encoding_are_read(encoding):
    assert paths(raw_named("淮安市\\年度报告2023.docx".encode(encoding))) == [
        "淮安市/年度报告2023.docx"
    ]


@pytest.mark.parametrize(
    "name",
    ["../../etc/a.html", "/etc/a.html", "C:\\etc\\a.html", "./etc//a.html", "etc/../etc/a.html"],
)
def test_names_never_lead_out_of_the_archive(name):
    assert set("/".join(paths(zipped({name: PAGE}))).split("/")) <= {"etc", "a.html"}


def test_two_members_of_one_name_are_two():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.html", PAGE)
        archive.writestr("a.html", WORD)
    members = list_members(out.getvalue())
    assert [m.path for m in members] == ["a.html", "a.html (2)"]
    assert [read_member_at(out.getvalue(), m.steps) for m in members] == [PAGE, WORD]


# ---- bounds ----


def test_archives_in_archives_are_opened_to_a_bounded_depth():
    inner = zipped({"a.html": PAGE})
    assert paths(zipped({"x.zip": inner, "b.html": PAGE})) == ["x.zip/a.html", "b.html"]
    deep = inner
    for _ in range(bundle.MAX_DEPTH + 1):
        deep = zipped({"x.zip": deep})
    assert checks(read(deep)) == {"packed_too_deep"}


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(bundle, "MAX_MEMBERS", 3)
    data = zipped({f"{n}.html": PAGE for n in range(4)})
    assert refusal(data) == "too_many_members" and checks(read(data)) == {"too_many_members"}


def test_members_that_unpack_too_large_are_refused_together_and_alone(monkeypatch):
    monkeypatch.setattr(bundle, "MAX_TOTAL", 2**20)
    assert refusal(zipped({"a": b"0" * 600_000, "b": b"0" * 600_000})) == "zip_bomb"
    monkeypatch.setattr(bundle, "_SMALL", 1000)
    assert refusal(zipped({"a": b"0" * 900_000}), 0) == "zip_bomb"


def test_a_file_packed_into_almost_nothing_is_not_unpacked_without_end(monkeypatch):
    monkeypatch.setattr("analysis.documents.readers.archive.MAX_UNPACKED", 2**20)
    assert checks(read(gzip.compress(bytes(2**24)))) == {"zip_bomb"}


def test_a_gzip_file_in_a_gzip_file_is_not_opened():
    assert checks(read(gzip.compress(gzip.compress(PAGE)))) == {"packed_too_deep"}


# ---- a member alone ----


def locked_and_damaged() -> bytes:
    """An archive of three: a good member, one under a password, one with damaged bytes."""
    data = bytearray(zipped({"good.html": PAGE, "locked.html": PAGE, "hurt.html": PAGE}))
    for sign, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = [i for i in range(len(data)) if data.startswith(sign, i)]
        data[at[1] + flags] |= 1
        if sign == b"PK\x03\x04":
            data[at[2] + 60 : at[2] + 90] = bytes(30)
    return bytes(data)


def test_a_locked_or_damaged_member_is_refused_alone():
    data = locked_and_damaged()
    assert read_member_at(data, (0,)) == PAGE
    assert [refusal(data, n) for n in (1, 2)] == ["encrypted", "truncated"]


# ---- a build ----


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A raw folder with an archive in a folder."""
    folder = tmp_path / "raw"
    (folder / "jiangsu").mkdir(parents=True)
    inner = zipped({"huaian.docx": WORD})
    members = {"2023/suqian.html": PAGE, "more.zip": inner} | dict.fromkeys(PASSED_OVER, b"x")
    (folder / "jiangsu/reports.zip").write_bytes(zipped(members))
    (folder / "a.docx").write_bytes(WORD)
    return folder


MEMBERS = ["jiangsu/reports.zip/2023/suqian.html", "jiangsu/reports.zip/more.zip/huaian.docx"]


def test_every_member_is_a_source_with_its_own_path_and_bytes(raw):
    sources = find_sources(raw)
    assert [source.path for source in sources] == ["a.docx", *MEMBERS]
    assert [source.read() for source in sources] == [WORD, PAGE, WORD]
    assert len({source.report_id for source in sources}) == 3


def test_the_manifest_may_name_a_member_and_its_archive(raw):
    (raw / "manifest.csv").write_text(
        f"path,year,scope\njiangsu/reports.zip,2022,agency\n{MEMBERS[0]},2023,\n", "utf-8"
    )
    given = [source.given for source in find_sources(raw)]
    assert given == [{}, {"year": 2023, "scope": "agency"}, {"year": 2022, "scope": "agency"}]
    (raw / "manifest.csv").write_text("path,year\njiangsu/reports.zip/x.html,2022\n", "utf-8")
    with pytest.raises(ReferenceDataError, match=r"no file 'jiangsu/reports.zip/x.html'"):
        find_sources(raw)


def test_a_build_reads_members_and_an_issue_of_one_is_its_own(raw, tmp_path):
    (raw / "b.zip").write_bytes(locked_and_damaged())
    summary = build(raw, tmp_path / "store", workers=1, progress=False)
    assert (summary.files, summary.unreadable) == (6, 2)
    assert set(summary.failed) == {"b.zip/locked.html", "b.zip/hurt.html"}
    reports = load("reports", tmp_path / "store").set_index("path")
    assert reports.sha256[MEMBERS[0]] == hashlib.sha256(PAGE).hexdigest()
    assert build(raw, tmp_path / "store", workers=1, progress=False).read == 0


def test_an_archive_that_cannot_be_opened_is_a_source_that_says_so(raw, tmp_path):
    (raw / "cut.zip").write_bytes(zipped({"a.html": PAGE})[:-30])
    assert "cut.zip" in [source.path for source in find_sources(raw)]
    assert checks(read((raw / "cut.zip").read_bytes())) == {"truncated"}
