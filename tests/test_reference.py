"""Wrong reference data stops with the file, the line, and what is wrong with it."""

import shutil

import pytest
from helpers import SAMPLE, html, read

from analysis.documents import issues, labels, numbers, reference
from analysis.documents.reference import REFERENCE, ReferenceDataError

HEADER = "table,axis,code,label,label_en,parent,columns,kind,unit\n"
ROW = "t,row,a,甲,A,,,,\n"


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Give a copy of the reference data that a test may spoil, and forget what was loaded."""
    for path in [*REFERENCE.glob("*.csv"), *REFERENCE.glob("*.toml"), *REFERENCE.glob("forms/*")]:
        copy = tmp_path / path.relative_to(REFERENCE)
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, copy)
    forget()
    monkeypatch.setattr(reference, "REFERENCE", tmp_path)
    yield tmp_path
    forget()


def forget():
    for module in (reference, issues, labels, numbers):
        for name in dir(module):
            getattr(getattr(module, name), "cache_clear", lambda: None)()


def add(path, line: str) -> int:
    """Append a line to a file; give its number."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text + line + "\n", encoding="utf-8")
    return text.count("\n") + 1


@pytest.mark.parametrize(
    ("lines", "number", "says"),
    [
        (ROW + ROW, 3, "t/row/a stands twice"),
        (ROW + "t,row,b,乙,B,x,,,\n", 3, "unknown parent 'x'"),
        (ROW + "t,row,b,乙,B,,x,,\n", 3, "unknown column 'x'"),
        (ROW + "t,row,b,乙,B\n", 3, "expected 9 fields"),
        (ROW + "t,row,b,乙,B,,,,,more\n", 3, "expected 9 fields"),
        (ROW + 't,row,b,"乙"x,B,,,,\n', 3, "expected after"),
        (ROW + 't,row,b,"乙,B,,,,\n', 3, "unexpected end of data"),
    ],
)
def test_a_wrong_form_stops_with_its_line(tmp_path, lines, number, says):
    path = tmp_path / "2099.csv"
    path.write_text(HEADER + lines, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=f"2099.csv, line {number}: .*{says}"):
        reference.load_form(path)


def test_a_form_saved_by_a_spreadsheet_is_read_alike(tmp_path):
    path = tmp_path / "2099.csv"
    path.write_bytes((HEADER + ROW).replace("\n", "\r\n").encode("utf-8-sig"))
    assert reference.load_form(path).entries["t", "row", "a"].label == "甲"
    path.write_bytes((HEADER + ROW).encode("gb18030"))
    assert reference.load_form(path).entries["t", "row", "a"].label == "甲"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("requests,row,no_such_code,某行,here", "unknown code 'no_such_code'"),
        (
            "requests,column,business,科研机构,here",
            "'科研机构' already means 'research', not 'business'",
        ),
        ("requests,row,granted,部 分（注）公开,here", "already means 'granted_in_part'"),
        ("requests,row,granted,a,b,c", "expected 5 fields"),
    ],
)
def test_a_wrong_alias_stops_with_its_line(own, line, says):
    number = add(own / "aliases.csv", line)
    with pytest.raises(ReferenceDataError, match=f"aliases.csv, line {number}: .*{says}"):
        reference.vocabulary()


def test_a_form_that_contradicts_another_stops_with_its_name(own):
    add(own / "forms" / "2021.csv", "requests,column,research_2,科研机构,Research,total,,count,件")
    with pytest.raises(ReferenceDataError, match=r"form 2021: .*'科研机构' already means"):
        reference.vocabulary()


def test_a_sum_of_an_unknown_row_stops_with_its_line(own):
    number = add(own / "identities.csv", "more,requests,column,received,=,no_such_row,here")
    with pytest.raises(ReferenceDataError, match=f"identities.csv, line {number}: .*'no_such_row'"):
        reference.identities()


def test_broken_toml_stops_with_its_line(own):
    number = add(own / "numbers.toml", "count = = 1")
    with pytest.raises(ReferenceDataError, match=rf"numbers\.toml: .*line {number}"):
        reference.numbers()


def test_a_check_without_its_messages_stops_with_its_name(own):
    add(own / "checks.toml", '[new_check]\nseverity = "error"')
    with pytest.raises(ReferenceDataError, match=r"checks\.toml: \[new_check\] needs"):
        issues.catalogue()


def test_wrong_reference_data_is_never_an_issue_of_the_document(own):
    add(own / "aliases.csv", "requests,row,no_such_code,某行,here")
    with pytest.raises(ReferenceDataError):
        read(html(*SAMPLE))


def test_a_new_wording_is_one_line(own):
    add(own / "aliases.csv", "requests,row,granted,准予公开,here")
    page = html(*SAMPLE).decode().replace("（一）予以公开", "（一）准予公开")
    assert read(page).facts["verified"]


def test_every_code_of_the_forms_has_both_labels_and_a_table():
    for (table, axis, code), entry in reference.entries().items():
        assert entry.label and entry.label_en, code
        assert axis in ("table", "row", "column", "group") and table in reference.tables()
