"""Indicators pool what is known, leave out and count what is not, and never add what overlaps."""

import copy

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import catalogue as comparing
from analysis.comparison.catalogue import QUANTITIES, catalogue, quantities, read_catalogue
from analysis.comparison.indicators import indicators, without_members
from analysis.documents import reference
from analysis.documents.reference import ReferenceDataError, load_toml

DENIED = [f"denied_{reason}" for reason in (
    "state_secret", "law_forbids", "security_stability", "third_party",
    "internal_affairs", "process_information", "enforcement_file", "inquiry",
)]  # fmt: skip
UNAVAILABLE = ["unavailable_not_held", "unavailable_must_create", "unavailable_unclear"]
UNPROCESSED = [f"unprocessed_{reason}" for reason in (
    "petition", "duplicate", "publication", "excessive", "reissue",
)]  # fmt: skip
OTHER = ["other_not_corrected", "other_fee_unpaid", "other_remaining"]
FACTS = {
    "agency": "某区人民政府", "agency_type": pd.NA, "region_code": "320813", "province": "江苏省",
    "prefecture": "淮安市", "county": "洪泽区", "level": "county", "scope": "agency", "year": 2023,
    "forms": "2021", "verified": True,
}  # fmt: skip
UNKNOWN = None

# 40 handled: 20 granted, 4 in part, 5 denied, 6 unavailable, 3 not processed, 2 other.
REQUESTS = {
    "received": 38, "carried_in": 7, "granted": 20, "granted_in_part": 4,
    **dict(zip(DENIED, (1, 0, 0, 2, 0, 1, 0, 1), strict=True)),
    **dict(zip(UNAVAILABLE, (5, 1, 0), strict=True)),
    **dict(zip(UNPROCESSED, (2, 1, 0, 0, 0), strict=True)),
    **dict(zip(OTHER, (1, 0, 1), strict=True)),
    "handled_total": 40, "carried_out": 5,
}  # fmt: skip
RESULTS = ("upheld", "corrected", "other", "pending", "total")
DISPUTES = {
    "reconsideration": dict(zip(RESULTS, (5, 2, 1, 2, 10), strict=True)),
    "litigation_direct": dict(zip(RESULTS, (2, 1, 0, 1, 4), strict=True)),
    "litigation_after_reconsideration": dict(zip(RESULTS, (3, 0, 0, 0, 3), strict=True)),
}


def report(report_id="a", requests=REQUESTS, disputes=DISPUTES, suspect=(), **facts):
    """The records of one report; a bare figure stands in the column 总计, UNKNOWN is a blank."""
    cells = [
        {"table": table, "row": row, "column": column, "value": value}
        for table, rows in (("requests", requests), ("disputes", disputes))
        for row, figures in rows.items()
        for column, value in (figures if isinstance(figures, dict) else {"total": figures}).items()
    ]
    frame = pd.DataFrame(cells).astype({"value": "Float64"})
    frame = frame.assign(report_id=report_id, **{**FACTS, **facts})
    frame["state"] = np.where(frame["value"].isna(), "blank", "number")
    return frame.assign(suspect=frame["row"].isin(suspect), year=frame["year"].astype("Int64"))


def together(*reports):
    return pd.concat(reports, ignore_index=True)


def one(records, code, **options):
    """The single row of one indicator."""
    found = indicators(records, codes=[code], **options)
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize(
    ("code", "numerator", "denominator"),
    [
        ("disclosure_rate", 24, 40),
        ("full_disclosure_rate", 20, 40),
        ("granted_in_part_rate", 4, 40),
        ("resolvable_disclosure_rate", 24, 29),
        ("denial_rate", 5, 40),
        ("unavailable_rate", 6, 40),
        ("unprocessed_rate", 3, 40),
        ("other_rate", 2, 40),
        ("denial_reason_share.denied_third_party", 2, 5),
        ("not_held_share", 5, 40),
        ("completion_rate", 40, 45),
        ("reconsideration_correction_rate", 2, 8),
        ("litigation_correction_rate", 1, 6),
        ("pending_share.reconsideration", 2, 10),
        ("after_reconsideration_share", 3, 7),
        ("reconsideration_result_share.upheld", 5, 10),
        ("litigation_result_share.upheld", 5, 7),
    ],
)
def test_each_share_is_what_its_formula_says(code, numerator, denominator):
    row = one(report(), code)
    assert (row["numerator"], row["denominator"]) == (numerator, denominator)
    assert row["value"] == pytest.approx(numerator / denominator)
    assert row["low"] < row["value"] < row["high"]


def test_disputes_are_ratios_per_hundred_and_never_add_the_second_step_of_one_chain():
    assert one(report(), "dispute_ratio")["value"] == 100 * (10 + 4) / 40
    assert one(report(), "litigation_ratio")["value"] == 100 * (4 + 3) / 40


def test_a_difference_has_neither_denominator_nor_interval():
    row = one(report(), "backlog_change")
    assert row["value"] == row["numerator"] == 5 - 7
    assert row[["denominator", "low", "high"]].isna().all()


def test_intervals_are_those_of_the_published_example():
    requests = {**REQUESTS, "granted": 3, "granted_in_part": 0, "handled_total": 9}
    row = one(report(requests=requests), "disclosure_rate")
    assert (round(row["low"], 3), round(row["high"], 3)) == (0.121, 0.646)


def test_reports_are_pooled_by_sums_and_not_by_the_mean_of_their_rates():
    small = {**REQUESTS, "granted": 0, "granted_in_part": 0, "handled_total": 2}
    row = one(together(report("a"), report("b", requests=small)), "disclosure_rate")
    assert row["value"] == 24 / 42
    assert (row["n_reports"], row["n_total"]) == (2, 2)


@pytest.mark.parametrize("loss", ["blank", "not printed"])
def test_a_report_with_an_unknown_figure_is_left_out_and_counted(loss):
    requests = {**REQUESTS, "granted": UNKNOWN}
    if loss == "not printed":
        del requests["granted"]
    records = together(report("a"), report("b", requests=requests))
    assert one(records, "disclosure_rate")["numerator"] == 24
    assert tuple(one(records, "disclosure_rate")[["n_reports", "n_total"]]) == (1, 2)
    assert tuple(one(records, "denial_rate")[["n_reports", "n_total"]]) == (2, 2)


def test_an_indicator_of_nothing_known_is_na_and_not_zero():
    row = one(report(requests={**REQUESTS, "handled_total": UNKNOWN}), "denial_rate")
    assert row[["numerator", "denominator", "value", "low", "high"]].isna().all()
    assert row["n_reports"] == 0


def test_a_denominator_of_zero_gives_na_and_not_zero():
    quiet = {route: dict.fromkeys(results, 0) for route, results in DISPUTES.items()}
    row = one(report(disputes=quiet), "reconsideration_correction_rate")
    assert row["denominator"] == 0
    assert row[["value", "low", "high"]].isna().all()
    assert row["n_reports"] == 1


def test_a_published_total_of_zero_beside_a_correction_gives_no_rate():
    wrong = {**DISPUTES, "reconsideration": dict(zip(RESULTS, (0, 1, 0, 0, 0), strict=True))}
    row = one(report(disputes=wrong), "reconsideration_correction_rate")
    assert (row["numerator"], row["denominator"]) == (1, 0)
    assert row[["value", "low", "high"]].isna().all()


def test_a_published_total_below_its_parts_stays_as_printed_without_an_interval():
    row = one(report(requests={**REQUESTS, "handled_total": 10}), "disclosure_rate")
    assert row["value"] == 2.4
    assert row[["low", "high"]].isna().all()


def test_a_cell_printed_twice_is_not_known():
    twice = report().iloc[[2]].assign(value=99)
    assert one(together(report(), twice), "full_disclosure_rate")["n_reports"] == 0


def test_other_handling_is_three_rows_or_one():
    one_row = {row: value for row, value in REQUESTS.items() if row not in OTHER} | {"other": 2}
    records = together(report("a", year=2023), report("b", requests=one_row, year=2020))
    assert indicators(records, codes=["other_rate"])["numerator"].tolist() == [2, 2]


def test_rows_below_a_heading_speak_before_the_heading_itself():
    requests = {**REQUESTS, "other": 9}
    assert one(report(requests=requests), "other_rate")["numerator"] == 2
    requests["other_remaining"] = UNKNOWN
    assert one(report(requests=requests), "other_rate")["n_reports"] == 0


def test_a_form_without_the_indicator_leaves_it_na():
    records = together(report("a"), report("b", forms="2014"), report("c", forms="2019 2021"))
    assert tuple(one(records, "denial_rate")[["n_reports", "n_total"]]) == (2, 3)
    assert one(report(forms=""), "denial_rate")["n_reports"] == 0


def test_suspect_figures_are_counted_only_where_they_are_needed():
    records = together(report("a"), report("b", suspect=["denied_inquiry"]))
    assert one(records, "denial_rate")["n_suspect"] == 1
    assert one(records, "disclosure_rate")["n_suspect"] == 0
    unknown = report("c", {**REQUESTS, "handled_total": UNKNOWN}, suspect=["denied_inquiry"])
    assert one(unknown, "denial_rate")["n_suspect"] == 0


def test_verified_only_leaves_out_other_reports_and_still_counts_them():
    records = together(report("a"), report("b", verified=False))
    row = one(records, "disclosure_rate", verified_only=True)
    assert (row["denominator"], row["n_reports"], row["n_total"]) == (40, 1, 2)


def test_complete_makes_the_parts_of_one_whole_of_the_same_reports():
    gap = report("b", requests={**REQUESTS, "other_remaining": UNKNOWN})
    outcomes = indicators(together(report("a"), gap), codes=["outcomes"], complete=True)
    assert set(outcomes["n_reports"]) == {1}
    assert outcomes["value"].sum() == pytest.approx(1)
    assert set(indicators(gap, codes=["outcomes"])["n_reports"]) == {0, 1}


def test_scopes_are_never_added_up():
    records = together(report("a"), report("b", scope="aggregate"))
    with pytest.raises(ValueError, match=r'filter the records by scope.*"scope"'):
        indicators(records)
    by_scope = indicators(records, by=("year", "scope"), codes=["disclosure_rate"])
    assert by_scope["denominator"].tolist() == [40, 40]


def test_a_series_of_years_never_goes_on_from_one_scope_to_another():
    records = together(report("a", year=2022), report("b", year=2023, scope="aggregate"))
    with pytest.raises(ValueError, match="nor does it go on"):
        indicators(records, by=["year"])
    with pytest.raises(ValueError, match="nor does it go on"):
        indicators(records, by=["agency", "year"])
    found = indicators(records, by=["year", "scope"], codes=["disclosure_rate"])
    assert found["scope"].tolist() == ["agency", "aggregate"]
    others = records.assign(agency=records["report_id"])  # two agencies, each of one scope
    assert len(indicators(others, by=["agency", "year"], codes=["disclosure_rate"])) == 2


def test_a_scope_that_is_not_known_is_one_of_its_own():
    with pytest.raises(ValueError, match="not known"):
        indicators(together(report("a"), report("b", scope=pd.NA)))
    assert len(indicators(report(scope=pd.NA), codes=["disclosure_rate"])) == 1


def test_reports_of_unknown_scope_are_not_added_up():
    """One may be an agency's own, the other an aggregate."""
    records = together(report("a", scope=pd.NA), report("b", scope=pd.NA, agency="某市某局"))
    for by in (["year"], ["scope", "year"]):
        with pytest.raises(ValueError, match=r"scope is not known.*manifest\.csv"):
            indicators(records, by=by)
    assert len(indicators(records, by=["agency", "year"], codes=["disclosure_rate"])) == 2


def test_an_aggregate_is_never_added_to_one_of_a_place_inside_it():
    city = report("city", scope="aggregate", county=pd.NA, level="prefecture")
    county = report("county", scope="aggregate")
    with pytest.raises(ValueError, match="place inside it"):
        indicators(together(city, county), by=("province",))
    assert len(indicators(together(city, county), by=("level",), codes=["denial_rate"])) == 2
    elsewhere = county.assign(prefecture="宿迁市", county="宿城区")
    assert one(together(city, elsewhere), "denial_rate")["n_total"] == 2
    earlier = county.assign(year=pd.array([2022] * len(county), dtype="Int64"))
    assert one(together(city, earlier), "denial_rate", by=("province",))["n_total"] == 2


def ids(records):
    return records["report_id"].drop_duplicates().tolist()


PROVINCE = {"scope": "aggregate", "prefecture": pd.NA, "county": pd.NA, "level": "province"}
CITY = {"scope": "aggregate", "county": pd.NA, "level": "prefecture"}
COUNTY = {"scope": "aggregate"}


def test_members_of_an_aggregate_of_the_same_year_are_left_out_and_the_rest_can_be_pooled():
    records = together(report("city", **CITY), report("county", **COUNTY))
    with pytest.raises(ValueError, match="place inside it"):
        indicators(records, by=("province",))
    assert ids(without_members(records)) == ["city"]
    assert one(without_members(records), "denial_rate", by=("province",))["n_total"] == 1


def test_a_bureau_s_aggregate_is_in_its_government_s_and_never_stands_for_it():
    bureau = {"agency": "淮安市教育局", "agency_type": "education", **CITY}
    town = {"agency": "老子山镇人民政府", "agency_type": "township", **COUNTY}
    county, city = report("county", **COUNTY), report("city", **CITY)
    beside = together(county, report("bureau", **bureau))
    assert ids(without_members(beside)) == ids(beside)
    assert ids(without_members(together(city, report("bureau", **bureau)))) == ["city"]
    assert ids(without_members(together(county, report("town", **town)))) == ["county"]
    with pytest.raises(ValueError, match="already counts"):
        indicators(together(city, report("bureau", **bureau)), codes=["denial_rate"])


def test_the_aggregate_of_a_zone_is_in_that_of_the_place_that_holds_it():
    zone = {"agency": "淮安经济技术开发区管委会", **CITY}
    records = together(report("city", **CITY), report("zone", **zone))
    with pytest.raises(ValueError, match="place inside it"):
        indicators(records, by=("province",))
    assert ids(without_members(records)) == ["city"]
    beside = together(report("county", **COUNTY), report("zone", **zone))
    assert ids(without_members(beside)) == ["county", "zone"]


def test_an_aggregate_counts_its_members_of_its_own_year_and_place_only():
    kept = together(
        report("city", **CITY),
        report("a year before", **COUNTY, year=2022),
        report("of no known year", **COUNTY, year=pd.NA),
        report("elsewhere", **COUNTY | {"prefecture": "宿迁市", "county": "宿城区"}),
    )
    assert ids(without_members(kept)) == ids(kept)


def test_a_province_counts_its_prefectures_and_the_counties_right_below_it():
    records = together(
        report("province", **PROVINCE),
        report("city", **CITY),
        report("county", **COUNTY),
        report("right below", **COUNTY | {"prefecture": pd.NA}),
        report("other province", **COUNTY | {"province": "福建省"}),
    )
    assert ids(without_members(records)) == ["province", "other province"]


NOWHERE = dict.fromkeys(("province", "prefecture", "county", "level", "region_code"), pd.NA)


def test_an_aggregate_of_unknown_place_is_never_added_to_another():
    alone = report("unknown place", scope="aggregate", **NOWHERE)
    assert one(alone, "denial_rate")["n_total"] == 1 and ids(without_members(alone)) == ids(alone)
    records = together(report("province", **PROVINCE), alone)
    with pytest.raises(ValueError, match="region is not known"):
        indicators(records, codes=["denial_rate"])
    assert ids(without_members(records)) == ["province"]
    assert len(indicators(records, by=("province",), codes=["denial_rate"])) == 2


def test_members_stay_in_the_tables_of_which_their_aggregate_prints_no_figure():
    blank = {row: dict.fromkeys(RESULTS, UNKNOWN) for row in DISPUTES}
    records = together(report("city", disputes=blank, **CITY), report("county", **COUNTY))
    pooled = without_members(records)
    assert one(pooled, "denial_rate")["denominator"] == 40
    assert one(pooled, "reconsideration_correction_rate")["n_reports"] == 1
    assert set(pooled.loc[pooled["report_id"] == "county", "table"]) == {"disputes"}


def test_agencies_of_one_name_are_told_apart_by_their_place_else_by_their_report():
    name = {"agency": "鼓楼区人民政府"}
    nanjing = report("a", **name, prefecture="南京市", county="鼓楼区", region_code="320106")
    fuzhou = report("b", **name, province="福建省", prefecture="福州市", county="鼓楼区")
    records = together(nanjing, fuzhou, report("c", **name, **NOWHERE))
    found = indicators(records, by=("agency",), codes=["denial_rate"])
    assert set(found["agency"]) == {
        "鼓楼区人民政府（江苏省南京市鼓楼区）",
        "鼓楼区人民政府（福建省福州市鼓楼区）",
        "鼓楼区人民政府",
    }
    nowhere = together(report("c", **name, **NOWHERE), report("d", **name, **NOWHERE))
    assert indicators(nowhere, by=("agency",), codes=["denial_rate"])["n_total"].tolist() == [1, 1]
    years = together(report("c", **name, **NOWHERE), report("d", **name, **NOWHERE, year=2022))
    found = indicators(years, by=("agency", "year"), codes=["denial_rate"])
    assert set(found["agency"]) == {"鼓楼区人民政府"}


def test_agencies_own_reports_and_those_of_unknown_scope_are_no_members():
    records = together(
        report("province", **PROVINCE),
        report("agency"),
        report("unknown scope", scope=pd.NA),
    )
    assert ids(without_members(records)) == ids(records)
    assert without_members(records.iloc[:0]).empty


def test_groups_of_unknown_place_are_kept():
    records = together(report("a"), report("b", prefecture=pd.NA))
    found = indicators(records, by=("prefecture",), codes=["denial_rate"])
    assert found["prefecture"].isna().tolist() == [False, True]
    assert found["n_total"].tolist() == [1, 1]


def test_applicant_types_are_groups_in_printed_order():
    requests = {
        row: {"natural_person": value, "business": 2 * value, "total": 3 * value}
        for row, value in REQUESTS.items()
    }
    found = indicators(report(requests=requests), by=("applicant",), codes=["disclosure_rate"])
    assert found["applicant"].tolist()[:2] == ["natural_person", "business"]
    assert found["denominator"].tolist()[:2] == [40, 80]
    assert found["n_reports"].tolist() == [1, 1, 0, 0, 0, 0]
    assert found["value"].iloc[2:].isna().all()


def test_indicators_that_have_no_applicant_types_are_left_out_there():
    families = indicators(report(), by=("year", "applicant"))["indicator"].map(
        {code: each.family for code, each in catalogue().indicators.items()}
    )
    assert "disputes" not in set(families)
    assert "natural_person_share" not in set(indicators(report(), by=("applicant",))["indicator"])


def test_rows_are_ordered_by_group_and_then_as_in_the_catalogue():
    records = together(report("b", year=2023), report("a", year=2021))
    found = indicators(records, by=("year", "form"))
    assert found["year"].is_monotonic_increasing
    assert found["indicator"].tolist() == 2 * list(catalogue().indicators)
    assert found.columns.tolist() == [
        "year", "form", "indicator", "numerator", "denominator", "value", "low", "high",
        "n_reports", "n_total", "n_suspect", "n_continuing",
    ]  # fmt: skip


def test_no_records_give_an_empty_frame_of_the_same_columns():
    assert indicators(report().iloc[:0]).columns.tolist() == indicators(report()).columns.tolist()
    assert indicators(report(), by=("applicant",), codes=["disputes"]).empty


def test_unknown_groupings_and_indicators_are_refused():
    with pytest.raises(ValueError, match=r"group by one or more of .* not by .*'colour'"):
        indicators(report(), by=("colour",))
    with pytest.raises(ValueError, match="unknown indicators: publicity"):
        indicators(report(), codes=["publicity"])
    with pytest.raises(ValueError, match="no column agency_type"):
        indicators(report().drop(columns="agency_type"), by=("agency_type",))


def test_the_eight_reasons_come_from_the_form_with_their_printed_labels():
    reasons = [i for i in catalogue().indicators.values() if i.family == "denial_reasons"]
    assert [reason.code.split(".")[1] for reason in reasons] == DENIED
    assert reasons[0].label == {"zh": "属于国家秘密", "en": "State secret"}


@pytest.mark.parametrize("each", catalogue().indicators.values(), ids=lambda each: each.code)
def test_every_indicator_can_be_read_in_both_languages(each):
    for texts in (each.title, each.label, each.caveat):
        assert all(texts[language].strip() and "{" not in texts[language] for language in texts)
    assert each.source


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"numerator": ["requests.grantd"]}, "unknown cell 'requests.grantd'"),
        ({"numerator": ["requests.granted.everyone"]}, "unknown cell"),
        ({"numerator": ["grantd"]}, "unknown cell 'grantd'"),
        ({"numerator": ["other_handling"]}, "the form fujian_2009 does not count 'other_handling'"),
        ({"numerator": ["normative_documents_made"]}, "the form fujian_2009 does not count"),
        (
            {"numerator": ["normative_documents_made"], "forms": ["2019", "2021"]},
            "the form 2019 can't be compared with others",
        ),
        ({"numeretor": []}, "unknown keys: numeretor"),
        ({"kind": "percentage"}, "unknown kind: percentage"),
        ({"family": "fate"}, "unknown family: fate"),
        ({"forms": ["1919"]}, "forms without a .form. line: 1919"),
        ({"title": {"zh": "公开率"}}, "title: languages missing or unknown: en"),
        ({"kind": "difference"}, "shares and ratios have a denominator"),
        ({"each": ["requests.row.refused"]}, "unknown codes: requests.row.refused"),
    ],
)
def test_a_wrong_definition_stops_with_file_and_entry(change, message):
    document = copy.deepcopy(load_toml("indicators.toml"))
    document["indicator"]["disclosure_rate"] |= change
    with pytest.raises(
        ReferenceDataError, match=rf"indicators.toml: \[indicator.disclosure_rate\] {message}"
    ):
        read_catalogue(document)


def test_a_missing_key_stops_with_file_and_entry():
    document = copy.deepcopy(load_toml("indicators.toml"))
    del document["indicator"]["denial_rate"]["source"]
    with pytest.raises(ReferenceDataError, match=r"\[indicator.denial_rate\] missing keys: source"):
        read_catalogue(document)


def old_report(report_id, year, forms, table, column, **figures):
    """The records of one report by a form before 2019."""
    cells = [{"table": table, "row": r, "column": column, "value": v} for r, v in figures.items()]
    frame = pd.DataFrame(cells).astype({"value": "Float64"})
    facts = {**FACTS, "report_id": report_id, "year": year, "forms": forms}
    frame = frame.assign(**facts, state="number", suspect=False)
    return frame.astype({"year": "Int64"})


NATIONAL = old_report(
    "old", 2016, "2014", "statistics", "count", requests_total=50, replies_total=40,
    replies_granted=12, replies_already_public=8, replies_granted_in_part=4, replies_denied=5,
    replies_not_held=3, replies_not_existing=2, reconsiderations=8, reconsiderations_corrected=2,
)  # fmt: skip
PROVINCIAL = old_report(
    "older", 2011, "fujian_2009", "fujian", "year", requests_total=9, replies_total=8,
    replies_granted=6, replies_granted_in_part=1, replies_denied=1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("records", "code", "numerator", "denominator"),
    [
        (NATIONAL, "disclosure_rate", 24, 40),
        (NATIONAL, "denial_rate", 5, 40),
        (NATIONAL, "not_held_share", 5, 40),
        (NATIONAL, "reconsideration_correction_rate", 2, 8),
        (PROVINCIAL, "disclosure_rate", 7, 8),
    ],
)
def test_a_quantity_is_what_the_report_s_own_form_counts(records, code, numerator, denominator):
    row = one(records, code)
    assert (row["numerator"], row["denominator"]) == (numerator, denominator)


def test_requests_received_run_through_all_forms():
    records = together(PROVINCIAL, NATIONAL, report(year=2023))
    found = indicators(records, codes=["requests_received"])
    assert found["value"].tolist() == [9, 50, 38]
    assert found[["denominator", "low", "high"]].isna().all(axis=None)


def test_what_an_older_form_does_not_count_is_na():
    assert one(NATIONAL, "dispute_ratio")["n_reports"] == 0
    assert one(PROVINCIAL, "not_held_share")["n_reports"] == 0


def test_a_report_by_two_forms_that_count_otherwise_has_no_figure():
    assert one(NATIONAL.assign(forms="2014 2021"), "disclosure_rate")["n_reports"] == 0


def test_indicators_say_what_forms_with_a_break_count():
    breaks = catalogue().indicators["disclosure_rate"].breaks
    assert set(breaks) == {"2014", "fujian_2009", "fujian_2013"}
    assert "属于已主动公开范围" in breaks["2014"]["zh"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("granted,1999,requests.granted,yes,,", "unknown form or answer"),
        ("granted_2,2021,requests.granted,perhaps,,", "unknown form or answer"),
        ("granted_2,2021,requests.granted,break,,", "a note must say"),
        ("granted,2021,requests.granted,yes,,", "stands twice"),
        ("granted_2,2021,requests.no_such,yes,,", "unknown cell"),
        ("granted_2,2014,requests.granted,yes,,", "unknown cell"),
    ],
)
def test_a_wrong_line_of_comparability_stops_with_its_number(line, says, tmp_path, monkeypatch):
    original = (reference.REFERENCE / QUANTITIES).read_text(encoding="utf-8")
    (tmp_path / QUANTITIES).write_text(original + line + "\n", encoding="utf-8")
    monkeypatch.setattr(comparing, "REFERENCE", tmp_path)
    quantities.cache_clear()
    number = original.count("\n") + 1
    with pytest.raises(ReferenceDataError, match=rf"{QUANTITIES}, line {number}.*{says}"):
        quantities()
    quantities.cache_clear()


def test_what_no_form_counts_alike_is_marked_so():
    made = quantities()["normative_documents_made"]
    assert {form: each.comparable for form, each in made.items()} == {
        "2021": "yes", "2019": "no", "2014": "no",
    }  # fmt: skip


# ---- from year to year ----


def continuing(records, by=("year",), code="denial_rate", **options):
    """How many reports of each group go on from the year before."""
    found = indicators(records, by, [code], **options)
    return found.set_index(list(by))["n_continuing"].to_dict()


def test_reports_of_agencies_that_are_in_the_year_before_are_counted():
    records = together(
        report("a1", year=2021, agency="甲局"),
        report("b1", year=2021, agency="乙局"),
        report("a2", year=2022, agency="甲局"),
        report("c2", year=2022, agency="丙局"),
        report("b3", year=2023, agency="乙局"),
    )
    assert continuing(records) == {2021: 0, 2022: 1, 2023: 0}
    assert continuing(records, ["agency", "year"])["甲局", 2022] == 1
    assert pd.isna(continuing(records.assign(province="江苏省"), ["province"])["江苏省"])


def test_an_agency_goes_on_through_a_rename_and_a_change_of_its_region():
    renamed = together(
        report("a", year=2018, agency="淮安市环境保护局", agency_id="320800:ecology"),
        report("b", year=2019, agency="淮安市生态环境局", agency_id="320800:ecology"),
    )
    assert continuing(renamed) == {2018: 0, 2019: 1}
    joined = together(
        report("a", year=2018, agency="洪泽县人民政府", region_code="320829"),
        report("b", year=2019, agency="洪泽区人民政府"),
    )
    assert continuing(joined) == {2018: 0, 2019: 0}
    assert continuing(joined.assign(standing_agency="洪泽区人民政府")) == {2018: 0, 2019: 1}


def test_a_name_in_another_region_or_group_and_an_unknown_agency_or_year_do_not_go_on():
    first = report("a", year=2021, agency="教育局")
    elsewhere = report("b", year=2022, agency="教育局", region_code="320804", county="淮阴区")
    assert continuing(together(first, elsewhere)) == {2021: 0, 2022: 0}
    nameless = [report(name, year=y, agency=None) for name, y in (("a", 2021), ("b", 2022))]
    assert continuing(together(*nameless)) == {2021: 0, 2022: 0}
    dateless = together(first, report("b", year=pd.NA, agency="教育局"))
    assert set(continuing(dateless).values()) == {0}
    by_form = together(first, report("b", year=2022, agency="教育局", forms="2019"))
    assert set(continuing(by_form, ["year", "form"]).values()) == {0}


def test_an_agency_known_by_its_name_alone_is_none_of_those_known_by_an_id():
    known = [report(f"a{n}", year=2021, agency=f"甲{n}局", agency_id=f"id{n}") for n in range(9)]
    named = report("b", year=2022, agency="乙局", agency_id=None)
    assert continuing(together(*known, named)) == {2021: 0, 2022: 0}


def test_a_report_of_unknown_scope_does_not_go_on():
    """Its agency's own in one year, it may be an aggregate in the next."""
    scopeless = [report(name, year=y, scope=pd.NA) for name, y in (("a", 2021), ("b", 2022))]
    assert continuing(together(*scopeless)) == {2021: 0, 2022: 0}


def test_only_an_agency_whose_figures_are_used_in_both_years_goes_on():
    unknown = {**REQUESTS, DENIED[0]: UNKNOWN}
    records = together(report("a", year=2021, requests=unknown), report("b", year=2022))
    assert continuing(records) == {2021: 0, 2022: 0}
    assert continuing(records, code="completion_rate") == {2021: 0, 2022: 1}
    checked = together(report("a", year=2021, verified=False), report("b", year=2022))
    assert continuing(checked) == {2021: 0, 2022: 1}
    assert continuing(checked, verified_only=True) == {2021: 0, 2022: 0}
