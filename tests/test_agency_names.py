"""An agency is shown under one name through its renames, and apart from others of that name."""

import pandas as pd

from analysis import indicators
from analysis.comparison.agencies import shown_names

PLACE = {"province": "江苏省", "prefecture": "南京市", "county": None, "scope": "agency"}


def reports(*rows):
    frame = pd.DataFrame([PLACE | row for row in rows])
    return frame.assign(report_id=[f"r{n}" for n in range(len(frame))])


def test_a_renamed_agency_is_shown_under_its_newest_name_with_the_former_ones():
    body = {"agency_id": "320100:environment"}
    found = reports(
        body | {"agency": "南京市环境保护局", "year": 2017},
        body | {"agency": "南京市生态环境局", "year": 2019},
        body | {"agency": "南京市生态环境局", "year": 2020},
    )
    assert set(shown_names(found)) == {"南京市生态环境局（原南京市环境保护局）"}


def test_bureaus_that_were_merged_stay_apart_and_say_what_they_became_part_of():
    body = {"agency_id": "320100:market_regulation"}
    trade = body | {"agency": "南京市工商行政管理局", "agency_type": "industry_commerce"}
    quality = body | {"agency": "南京市质量技术监督局", "agency_type": "quality_supervision"}
    market = body | {"agency": "南京市市场监督管理局", "agency_type": "market_regulation"}
    found = reports(*(who | {"year": 2017} for who in (trade, quality)), market | {"year": 2019})
    merged = "（后并入南京市市场监督管理局）"
    assert shown_names(found).tolist() == [
        "南京市工商行政管理局" + merged,
        "南京市质量技术监督局" + merged,
        "南京市市场监督管理局",
    ]
    assert shown_names(found[:2]).tolist() == ["南京市工商行政管理局", "南京市质量技术监督局"]


def test_bureaus_of_one_kind_that_report_side_by_side_are_two():
    body = {"agency_id": "210100:water", "agency_type": "water"}
    names = ("沈阳市水利局", "沈阳市水务局", "沈阳市水务局")
    years = (2012, 2012, 2019)
    found = reports(*(body | {"agency": n, "year": y} for n, y in zip(names, years, strict=True)))
    assert shown_names(found).tolist() == list(names)


def test_an_agency_of_no_id_keeps_its_name():
    found = reports({"agency": "某局", "agency_id": None, "year": 2019})
    assert shown_names(found).tolist() == ["某局"]


def test_agencies_of_one_name_are_told_apart_by_their_places():
    found = reports(
        {"agency": "鼓楼区人民政府", "year": 2019, "county": "鼓楼区"},
        {"agency": "鼓楼区人民政府", "year": 2019, "county": "鼓楼区", "prefecture": "徐州市"},
    )
    assert shown_names(found).tolist() == [
        "鼓楼区人民政府（江苏省南京市鼓楼区）",
        "鼓楼区人民政府（江苏省徐州市鼓楼区）",
    ]


def test_an_agency_whose_place_was_renamed_is_one():
    body = {"agency_id": "320813:education", "prefecture": "淮安市"}
    found = reports(
        body | {"agency": "洪泽县教育局", "year": 2015, "county": "洪泽县"},
        body | {"agency": "淮安市洪泽区教育局", "year": 2017, "county": "洪泽区"},
    )
    assert set(shown_names(found)) == {"淮安市洪泽区教育局（原洪泽县教育局）"}


def test_a_line_goes_on_through_a_rename():
    body = {"agency_id": "320100:environment", "region_code": "320100"}
    body |= {"forms": "2021", "verified": True}
    facts = reports(
        body | {"agency": "南京市环境保护局", "year": 2021},
        body | {"agency": "南京市生态环境局", "year": 2022},
    )
    cell = {"table": "requests", "row": "received", "column": "total", "suspect": False}
    records = facts.assign(**cell, value=[7.0, 9.0])
    received = indicators(records, by=["agency", "year"], codes=["requests_received"])
    assert received["agency"].nunique() == 1
    assert received["value"].tolist() == [7.0, 9.0]
