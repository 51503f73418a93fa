"""The typesetter of lists tells the truth about what it prints."""

import re
from functools import cache

import pytest
from typesetter import FORMATS, Typeset
from typesetter_lists import (
    FOR_FORMS,
    FORMS,
    HAZARDS,
    list_bounds,
    list_identities,
    take_list_job,
    typeset_list,
)

SEEDS = range(20)
# Hazards that change what the cells hold; all others must leave the truth as it is.
TELLING = {
    *("units_in_cells", "marked_cells", "dropped_blank", "blank_zeros", "fullwidth_digits"),
    *("thousands_separators", "label_traditional", "row_left_out"),
}
CASES = [
    (name, sorted(FOR_FORMS[name])[-1], fmt) for name in HAZARDS for fmt in sorted(HAZARDS[name])
]


@cache
def without_hazards(seed: int, fmt: str, form: str) -> Typeset:
    return typeset_list(seed, fmt, form, (), False)


def broken(document: Typeset, form: str) -> list[list]:
    """List what should hold, is printed in full, and does not."""
    values = {k: v for k, (state, v, _) in document.truth.items() if state == "number"}
    job = take_list_job(0, "html", form, ())
    sums = [a + b for a, b in list_identities(job) if values.keys() >= {*a, *b}]
    wrong = [keys for keys in sums if sum(values[k] for k in keys[:-1]) != values[keys[-1]]]
    bounds = [pair for pair in list_bounds(job) if values.keys() >= set(pair)]
    return wrong + [[*pair] for pair in bounds if values[pair[0]] > values[pair[1]]]


@pytest.mark.parametrize("form", FORMS)
def test_without_a_slip_all_sums_and_bounds_hold_and_a_slip_breaks_one(form):
    for seed in SEEDS:
        document = typeset_list(seed, "html", form, slip=False)
        assert not broken(document, form) and not document.slips
        document = typeset_list(seed, "html", form, hazards=(), slip=True)
        assert any(document.slips[0] in keys for keys in broken(document, form))


@pytest.mark.parametrize("form", FORMS)
def test_every_figure_of_a_clean_page_is_printed_once_in_order(form):
    document = typeset_list(3, "html", form, hazards=(), slip=False)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", document.data.decode())
    texts = [re.sub(r"<[^>]*>", "", cell) for cell in cells]
    figures = [text for text in texts if text.replace(".", "").isdecimal()]
    columns = 1 if form == "2014" else 2
    rows = list(dict.fromkeys(key[1] for key in document.truth))
    raws = {(k[1], k[2]): raw for k, (_, _, raw) in document.truth.items()}
    names = list(dict.fromkeys(key[2] for key in document.truth))
    assert figures == [raws[row, name] for row in rows for name in names]
    assert len(names) == columns


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_seed_always_gives_the_same_list(fmt):
    assert typeset_list(7, fmt, "2014") == typeset_list(7, fmt, "2014")
    assert typeset_list(7, fmt, "2014").data != typeset_list(8, fmt, "2014").data


@pytest.mark.parametrize(("hazard", "form", "fmt"), CASES)
def test_a_hazard_changes_the_list_and_only_what_it_should(hazard, form, fmt):
    changed = False
    for seed in range(4):
        document = typeset_list(seed, fmt, form, [hazard], False)
        clean = without_hazards(seed, fmt, form)
        assert hazard in document.hazards and document.lost <= document.truth.keys()
        changed |= document.data != clean.data
        if hazard not in TELLING:
            assert document.truth == clean.truth
    assert changed


def test_hazards_of_other_forms_and_formats_are_refused():
    with pytest.raises(ValueError, match="side_by_side"):
        typeset_list(0, "lines", "2014", ["side_by_side"])
    with pytest.raises(ValueError, match="row_left_out"):
        typeset_list(0, "html", "2014", ["row_left_out"])
