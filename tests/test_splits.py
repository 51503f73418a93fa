"""Figures run together: every way to part them is found, and none is made up."""

from itertools import product

import pytest

from analysis.documents.splits import fewest, pieces_of, ways

COUNTS = ["count"] * 7


def joined(way) -> str:
    return "".join(way)


def test_all_ways_of_a_row_are_found_and_each_is_the_row():
    found = ways(("640020470",), COUNTS)
    assert len(found) == len(set(found)) == 12
    assert ("64", "0", "0", "2", "0", "4", "70") in found
    assert {joined(way) for way in found} == {"640020470"}


def test_every_short_row_is_among_its_own_ways():
    for figures in product(("0", "7", "10", "205"), repeat=3):
        assert figures in ways((joined(figures),), ["count"] * 3)


def test_a_figure_never_begins_with_a_zero():
    assert ways(("0000000",), COUNTS) == [("0",) * 7]
    assert ways(("00000000",), COUNTS) == []


def test_a_printed_blank_parts_figures_and_its_absence_says_nothing():
    texts = pieces_of("23 0 00 0 023")
    assert ("23", "0", "0", "0", "0", "0", "23") in ways(texts, COUNTS)
    assert ways(pieces_of("12 34"), ["count"] * 2) == [("12", "34")]
    assert ways(pieces_of("12 34"), ["count"]) == []


@pytest.mark.parametrize(
    ("text", "kinds", "expected"),
    [
        ("35-15", ["count", "change"], [("35", "-15")]),
        ("35-15", ["count", "count"], []),
        ("03.52", ["count", "amount"], [("0", "3.52")]),
        ("03.52", ["count", "count"], []),
        ("412,000", ["count", "count"], [("4", "12,000"), ("41", "2,000")]),
        ("13件5件67件", ["count"] * 3, [("13件", "5件", "67件")]),
    ],
)
def test_signs_decimals_and_units_stand_only_where_a_figure_has_them(text, kinds, expected):
    assert ways((text,), kinds) == expected


def test_a_mark_is_a_cell_only_where_blanks_part_it_off():
    assert ways(pieces_of("/ 13 /"), ["count"] * 3) == [("/", "13", "/")]
    assert ways(("/13/",), ["count"] * 3) == []


def test_a_row_with_too_many_ways_is_given_up():
    assert ways(("123456789" * 3,), ["count"] * 13) is None
    assert ways(("1" * 1000,), COUNTS) is None


def test_the_least_number_of_figures_tells_whether_a_cell_can_be_blank():
    least = {"0000000": 7, "1000001": 1, "13": 1, "0013": 3, "35-15": 2, "x": 0}
    assert {text: fewest([text]) for text in least} == least
