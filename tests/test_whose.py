import re
import shutil
from pathlib import Path

import pytest
from helpers import DISCLOSURE, DISPUTES, REQUESTS, html
from stores import RAW, built, folder, page, put, store_of, titled

from analysis import load


def checks(raw: Path, path: str) -> set[str]:
    reports, issues = load("reports", store_of(raw)), load("issues", store_of(raw))
    mine = reports.loc[reports["path"] == path, "report_id"].item()
    return set(issues.loc[issues["report_id"] == mine, "check"])


WHOSE = ["agency", "agency_id", "agency_type", "region_code", "level", "year"]


def test_without_a_manifest_the_documents_themselves_say_whose_they_are(
    tmp_path: Path, samples: Path
) -> None:
    """The manifest of the samples adds the scopes, which their tables alone do not say."""
    raw = tmp_path / "raw"
    shutil.copytree(RAW, raw)
    (raw / "manifest.csv").unlink()
    built(raw)
    told, known = (
        load("reports", store).set_index("path")[WHOSE].astype("object").sort_index()
        for store in (store_of(raw), samples)
    )
    unsaid = ["henan/nanyang_hitech_zone_2023.txt"]
    assert told.drop(unsaid).equals(known.drop(unsaid))
    assert told.loc[unsaid, ["region_code", "agency_id"]].isna().all(axis=None)


def test_two_predecessors_of_one_agency_are_two_reports(tmp_path: Path) -> None:
    names = ("淮安市工商行政管理局", "淮安市质量技术监督局")
    raw = folder(tmp_path, {f"{n}.html": page(titled(name, 2012)) for n, name in enumerate(names)})
    assert "superseded" not in built(raw).issues
    assert set(load("reports", store_of(raw))["agency_id"]) == {"320800:market_regulation"}


def test_a_government_is_one_however_its_files_name_it(tmp_path: Path) -> None:
    names = ("洪泽区", "洪泽区人民政府", "淮安市洪泽区人民政府")
    raw = folder(tmp_path, {f"{n}.html": page(titled(name)) for n, name in enumerate(names)})
    assert built(raw).issues["superseded"] == 2
    assert set(load("reports", store_of(raw))["agency"]) == {"淮安市洪泽区人民政府"}


def test_a_department_under_its_old_and_its_new_name_counts_once(tmp_path: Path) -> None:
    names = ("南京市环境保护局", "南京市生态环境局")
    raw = folder(tmp_path, {f"{n}.html": page(titled(name, 2018)) for n, name in enumerate(names)})
    assert built(raw).issues == {"superseded": 1}
    put(raw, "0.html", page(titled(names[0], 2018), REQUESTS))
    assert "superseded" not in built(raw).issues


@pytest.mark.parametrize("office", ["洪泽区人民政府办公室", "洪泽区政务服务管理办公室"])
def test_an_aggregate_is_its_government_s_also_where_an_office_gives_it_out(
    office: str, tmp_path: Path
) -> None:
    names = ("洪泽区人民政府", office)
    raw = folder(tmp_path, {f"{n}.html": page(titled(n)) for n in names})
    assert "superseded" not in built(raw).issues
    noted = {f"{n}.html": page(titled(n) + "（汇总）", REQUESTS) for n in names}
    raw = folder(tmp_path / "noted", noted)
    assert built(raw).issues["superseded"] == 1
    reports = load("reports", store_of(raw)).set_index("agency")["superseded_by"]
    assert reports.isna().to_dict() == {f"淮安市{name}": n == 0 for n, name in enumerate(names)}


def test_a_title_with_any_note_is_built(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(f"{titled('洪泽区')}（甲; 乙: 丙）")})
    assert built(raw).issues == {"scope_unknown": 1}


@pytest.mark.parametrize(
    ("title", "sentence", "words"),
    [
        (titled("洪泽区"), "", ("does not say which", "该报告未说明")),
        (f"{titled('洪泽区')}（含乡镇）", "", ("title says (含乡镇)", "标题注明(含乡镇)")),
        (
            titled("洪泽区"),
            "全区共收到政府信息公开申请99件。",
            ("is not what its tables print", "与表格不符"),
        ),
        (titled("洪泽区财政局"), "全区共收到政府信息公开申请99件。", ("counts 全区", "“全区”")),
        (
            titled("洪泽区"),
            "全区共收到申请9件。本报告数据仅包含区政府办公室。",
            ("its text says both", "正文兼有两说"),
        ),
        (titled("洪泽区某某处"), "", ("kind of agency", "机关类别不明")),
        (titled("洪泽区"), "<h2>本机关收到申请情况统计表</h2>", ("headings over", "表格标题")),
    ],
)
def test_a_report_of_unknown_scope_says_why(
    title: str, sentence: str, words: tuple[str, str], tmp_path: Path
) -> None:
    told = f"<h1>{title}</h1><h2>一、总体情况</h2><p>{sentence}</p>"
    raw = folder(tmp_path, {"a.html": told.encode() + html(REQUESTS)})
    built(raw)
    issue = load("issues", store_of(raw)).query("check == 'scope_unknown'").iloc[0]
    assert (words[0] in issue["message"], words[1] in issue["message_zh"]) == (True, True)


def test_a_file_of_unknown_place_may_be_of_each_agency_that_its_name_can_mean(
    tmp_path: Path,
) -> None:
    files = {
        "full.html": page(titled("南京市鼓楼区人民政府"), DISPUTES),
        "short.html": page(titled("鼓楼区人民政府"), REQUESTS),
        "open.html": page(titled("鼓楼区人民政府"), DISCLOSURE),
    }
    raw = folder(tmp_path, files, "path,region_code\nshort.html,320106\n")
    assert built(raw).issues["superseded"] == 1
    assert "superseded" in checks(raw, "full.html")
    assert {"same_name", "region_ambiguous"} <= checks(raw, "open.html")


@pytest.mark.parametrize(
    ("agency", "url", "check"),
    [
        ("鼓楼区教育局", "", "region_ambiguous"),
        ("教育局", "", "agency_ambiguous"),
        ("南京市教育局", "http://www.wuxi.gov.cn/1.html", "sources_disagree"),
    ],
)
def test_what_is_left_open_of_whose_report_it_is_is_told(
    agency: str, url: str, check: str, tmp_path: Path
) -> None:
    raw = folder(tmp_path, {"a.html": page(titled(agency))}, f"path,url\na.html,{url}\n")
    assert built(raw).issues == {check: 1}
    (told,) = load("issues", store_of(raw))["message_zh"]
    assert not re.search(r"title|host|nothing|\?", told)
    reports = load("reports", store_of(raw))
    assert reports["left_open"].str.startswith("region_code: ").all()
    assert reports["known"].str.contains("agency_type: title certain").all()


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"year": "2022"}, {"year_given_differs"}),
        ({"agency": "南京市教育局"}, {"agency_given_differs"}),
        ({"agency": "淮安市财政局"}, {"agency_given_differs"}),
        ({"year": "2023", "agency": "淮安市教育局"}, set()),
        ({"agency": "江苏省淮安市教育局"}, set()),
        ({"agency": "教育局", "region_code": "320800"}, set()),
    ],
)
def test_a_manifest_line_of_another_file_is_told(
    facts: dict[str, str], found: set[str], tmp_path: Path
) -> None:
    line = f"path,{','.join(facts)}\na.html,{','.join(facts.values())}\n"
    raw = folder(tmp_path, {"a.html": page(titled("淮安市教育局"))}, line)
    assert set(built(raw).issues) == found


def test_a_government_and_the_office_that_made_its_report_are_no_contradiction(
    tmp_path: Path,
) -> None:
    line = "path,agency,scope\na.html,淮安市人民政府,agency\n"
    raw = folder(tmp_path, {"a.html": page(titled("淮安市人民政府办公室"))}, line)
    assert not built(raw).issues


def test_a_manifest_line_that_is_put_right_is_no_longer_told(tmp_path: Path) -> None:
    line = "path,year\na.html,2022\n"
    raw = folder(tmp_path, {"a.html": page(titled("淮安市教育局"))}, line)
    assert built(raw).issues == {"year_given_differs": 1}
    put(raw, "manifest.csv", line.replace("2022", "2023"))
    assert not built(raw).issues
