"""Whose report it is, over 1,400 titles whose truth was typed beforehand (identities.csv)."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from helpers import SAMPLE, html

from analysis import identify, read_report
from analysis.dataset import witnesses
from analysis.dataset.identity import Identity, identity_of
from analysis.documents.reference import ReferenceDataError
from analysis.documents.report import read_bytes

FACTS = ("year", "region_code", "agency_type", "agency_id", "level", "scope")
TITLES = list(csv.DictReader((Path(__file__).parent / "identities.csv").open(encoding="utf-8")))
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
REPORT = "2022年政府信息公开工作年度报告"


def identified(case: dict[str, str]) -> Identity:
    return identify(case["title"], text=case["text"] or None, url=case["url"] or None)


def differing(case: dict[str, str]) -> dict[str, tuple[object, str]]:
    """Give the facts that are not as the truth has them: as told, and the truth."""
    told = {fact: getattr(identified(case), fact) for fact in FACTS}
    return {f: (v, case[f]) for f, v in told.items() if ("" if v is None else str(v)) != case[f]}


# ---- titles ----


def test_no_title_of_any_place_and_level_is_given_a_wrong_identity() -> None:
    wrong = {
        (case["title"], case["text"], case["url"]): facts
        for case in TITLES
        if (facts := {f: v for f, v in differing(case).items() if v[0] is not None})
    }
    assert not wrong, "\n".join(map(str, wrong.items()))


def test_next_to_nothing_is_left_open_that_could_be_told() -> None:
    open_facts = Counter(fact for case in TITLES for fact in differing(case))
    assert all(n <= 0.01 * len(TITLES) for n in open_facts.values()), open_facts


def test_the_titles_are_of_all_provinces_and_many_ambiguous() -> None:
    kinds = Counter(case["kind"] for case in TITLES)
    assert kinds["clear"] >= 240 and kinds["ambiguous"] >= 60
    assert len({case["region_code"][:2] for case in TITLES if case["region_code"]}) == 31
    levels = {case["level"] for case in TITLES}
    assert {"central", "province", "prefecture", "county", "township", "institution"} <= levels


@pytest.mark.skipif(not CORPUS.exists(), reason="the published reports are kept elsewhere")
def test_published_reports_are_whose_they_are_known_to_be() -> None:
    with (CORPUS / "manifest.csv").open(encoding="utf-8-sig") as file:
        known = [line for line in csv.DictReader(file) if (CORPUS / "real" / line["file"]).exists()]
    unsaid = {"nanyang_hitech_zone_2023.txt", "pingtan_zone_2019_glued.txt"}
    for line in known:
        told = identity_of(read_report(CORPUS / "real" / line["file"]).facts, {})
        scope = None if line["file"] in unsaid else line["scope"]
        expected = (line["agency"], line["region_code"], scope, int(line["year"]))
        assert (told.agency, told.region_code, told.scope, told.year) == expected
        assert told.agency_id == identify(line["title"], agency=line["agency"]).agency_id


# ---- agencies through time ----


def test_an_agency_keeps_its_id_through_renames() -> None:
    def ids(*names: str) -> set[str | None]:
        return {identify(f"{name}2012年政府信息公开工作年度报告").agency_id for name in names}

    assert ids("平潭县人民政府", "平潭综合实验区管委会") == {"350128:government"}
    assert ids("襄樊市教育局", "襄阳市教育局") == {"420600:education"}
    assert ids("洪泽县人民政府", "淮安市洪泽区人民政府", "洪泽区") == {"320813:government"}
    assert ids("淮安市环保局", "淮安市生态环境局") == {"320800:ecology"}
    assert ids("淮安市扶贫办", "淮安市乡村振兴局", "淮安市农委") == {"320800:agriculture"}


def test_an_agency_keeps_its_id_where_its_place_changed_its_code_twice() -> None:
    years = {2012: "平安县", 2014: "平安县", 2016: "海东市平安区"}
    titles = [f"{name}{year}年政府信息公开工作年度报告" for year, name in years.items()]
    told = [identify(title) for title in titles]
    assert [identity.region_code for identity in told] == ["632121", "630221", "630203"]
    assert {identity.agency_id for identity in told} == {"630203:government"}


@pytest.mark.parametrize(
    ("former", "heir"),
    [("新建县", "360112"), ("湾里区", "360105"), ("铜山县", "320323"), ("孟津县", "410322")],
)
def test_an_id_goes_on_where_one_place_did_and_others_joined_it_only_later(
    former: str, heir: str
) -> None:
    told = identify(f"{former}2008年政府信息公开工作年度报告")
    assert told.agency_id == f"{heir}:government"


def test_a_city_that_became_part_of_another_is_not_that_other() -> None:
    told = identify("莱芜市人民政府2016年政府信息公开工作年度报告")
    assert (told.agency_id, told.region_code) == ("371200:government", "371200")


def test_a_government_and_its_office_are_two_agencies() -> None:
    ids = {identify(name + REPORT).agency_id for name in ("淮安市人民政府", "淮安市政府办")}
    assert ids == {"320800:government", "320800:government_office"}


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("淮安市", "淮安市人民政府"),
        ("洪泽区政府", "淮安市洪泽区人民政府"),
        ("上海市科委", "上海市科学技术委员会"),
        ("平潭综合实验区管委会", "平潭综合实验区管理委员会"),
        ("昆山市玉山镇", "昆山市玉山镇人民政府"),
        ("鼓楼区教育局", "鼓楼区教育局"),
        ("龙岩市水土保持局", "龙岩市水土保持局"),
    ],
)
def test_an_agency_is_named_in_full_where_all_of_it_is_known(name: str, full: str) -> None:
    assert identify(name + REPORT).agency == full


def test_an_agency_bears_the_name_of_its_year() -> None:
    assert identify("襄樊市2009年政府信息公开工作年度报告").agency == "襄樊市人民政府"


# ---- sources ----


def test_it_is_said_how_each_fact_is_known_and_how_surely() -> None:
    told = identify("鼓楼区教育局" + REPORT, url="http://www.nanjing.gov.cn/1.html")
    assert told.known["year"] == "title certain"
    assert told.known["agency_type"] == "title certain"
    assert told.known["region_code"] == "title+host likely"
    assert told.known["scope"] == "kind likely"


def test_it_is_said_what_was_left_open_and_between_which() -> None:
    told = identify("鼓楼区教育局" + REPORT)
    for code in ("320106", "320302", "350102", "410204"):
        assert code in told.open["region_code"]
    assert identify("教育局" + REPORT).open["region_code"].startswith("unsaid")


def test_sources_that_disagree_leave_the_place_open() -> None:
    told = identify("南京市教育局" + REPORT, url="http://www.wuxi.gov.cn/1.html")
    assert (told.region_code, told.agency_id, told.agency) == (None, None, "南京市教育局")
    assert told.open["region_code"] == "disagree: title 320100 南京市 / host 无锡市"


def test_what_is_given_wins_and_a_name_of_another_place_leaves_the_agency_open() -> None:
    told = {"title": "南京市教育局" + REPORT, "agency": "南京市教育局", "year": 2022}
    known = identity_of(told, {"region_code": "320800", "scope": "aggregate", "year": 2021})
    assert (known.region_code, known.scope, known.year) == ("320800", "aggregate", 2021)
    assert (known.agency, known.agency_id) == ("南京市教育局", None)
    assert known.open["agency"].startswith("disagree: manifest 320800 淮安市 / title 320100")


def test_a_township_in_a_prefecture_given_has_no_id() -> None:
    told = identity_of({"agency": "城南街道办事处", "year": 2022}, {"region_code": "320800"})
    assert (told.region_code, told.agency_type, told.agency_id) == ("320800", "subdistrict", None)


def test_a_region_given_places_a_name_without_one() -> None:
    told = identity_of({"agency": "教育局", "year": 2022}, {"region_code": "320813"})
    assert (told.agency, told.agency_id) == ("淮安市洪泽区教育局", "320813:education")


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"source": "南京市鼓楼区教育局"}, ""),
        ({"site": "南京市鼓楼区人民政府"}, ""),
        ({"url": "http://www.nanjing.gov.cn/a.html"}, ""),
        ({}, "江苏省/南京市/鼓楼区教育局.html"),
        ({}, "jiangsu/nanjing/gulou.html"),
        ({}, "江苏/南京/鼓楼区.html"),
    ],
)
def test_pages_addresses_and_folders_tell_several_places_apart(
    facts: dict[str, object], path: str
) -> None:
    told = identity_of({"agency": "鼓楼区教育局", "year": 2022, **facts}, {}, path)
    assert told.agency_id == "320106:education"


@pytest.mark.parametrize(
    "url", ["", "http://[", "gov.cn", "http://.gov.cn", "某网", "//a.gov.cn:x/"]
)
def test_an_address_that_tells_nothing_changes_nothing(url: str) -> None:
    assert identify("洪泽区教育局" + REPORT, url=url).agency_id == "320813:education"


def test_central_bodies_and_their_branches_are_not_mistaken_for_one_another() -> None:
    told = identify("国家税务总局" + REPORT, text="本报告由国家税务总局江苏省税务局编制。")
    assert told.agency_id in (None, "000000:tax")


def test_a_folder_in_pinyin_never_places_a_report_alone_nor_speaks_against_one() -> None:
    bare = identity_of({"agency": "教育局", "year": 2022}, {}, "jiangsu/huaian.html")
    other = identity_of({"agency": "无锡市教育局", "year": 2022}, {}, "jiangsu/huaian.html")
    assert (bare.region_code, other.region_code) == (None, "320200")


def test_a_folder_of_a_short_name_never_speaks_against_a_title() -> None:
    for name in ("北京市朝阳区教育局", "朝阳区教育局"):
        told = identity_of({"agency": name, "year": 2022}, {}, "北京/朝阳/教育局.html")
        assert told.agency_id == "110105:education"


def test_a_bureau_on_the_site_of_a_prefecture_may_be_of_any_county_there() -> None:
    facts = {"agency": "教育局", "year": 2022}
    assert identity_of({**facts, "site": "淮安市人民政府"}, {}).region_code is None
    assert identity_of({**facts, "site": "淮安市洪泽区人民政府"}, {}).region_code == "320813"
    assert identity_of({**facts, "site": "淮安市教育局"}, {}).region_code == "320800"


def test_an_office_that_made_the_report_tells_where_it_is_and_not_whose() -> None:
    told = identify("2022年政府信息公开工作年度报告", text="本报告由凤凰县人民政府办公室编制。")
    assert (told.region_code, told.agency_type, told.agency_id) == ("433123", None, None)


@pytest.mark.parametrize(
    ("text", "agency_id"),
    [
        ("本报告由盱眙县财政局根据条例编制。", "320830:finance"),
        ("根据条例要求，现公布盱眙县财政局2022年政府信息公开工作年度报告。", "320830:finance"),
        ("盱眙县财政局按照有关规定编制本报告。", "320830:finance"),
        ("按照江苏省教育厅编制年报的要求，现将有关情况报告如下。", None),
        ("根据江苏省人民政府办公厅关于编制年报的通知，现予公布。", None),
        ("本报告由盱眙县行政审批局编制。", None),
        ("数据由江苏省教育厅统一汇总。", None),
    ],
)
def test_a_preamble_names_the_agency_only_where_it_says_who_made_the_report(
    text: str, agency_id: str | None
) -> None:
    assert identify(REPORT, text=text).agency_id == agency_id


def test_a_preamble_that_names_two_makers_tells_neither() -> None:
    text = "宝应县教育局按照规定公布，高邮市教育局编制本报告。"
    assert identify("教育局" + REPORT, text=text).agency_id is None


def test_a_preamble_s_names_of_one_maker_say_together_whose_it_is() -> None:
    preamble = "由鼓楼区教育局组织编写，由南京市鼓楼区教育局编制。"
    assert identify(REPORT, text=preamble).region_code == "320106"
    assert identify(REPORT, text=preamble.replace("教育", "水利", 1)).agency_id is None


def test_a_note_behind_a_title_that_names_an_agency_is_no_witness() -> None:
    told = {"title": f"洪泽区教育局{REPORT}（淮阴区教育局）"}
    assert not witnesses.witnesses(told, "", 2023)


def test_a_department_whose_preamble_names_another_is_left_open() -> None:
    told = identify("盱眙县财政局" + REPORT, text="本报告由盱眙县审计局编制。")
    assert (told.agency_id, told.region_code) == (None, "320830")
    assert told.open["agency"] == "disagree: title 盱眙县财政局 / preamble 盱眙县审计局"
    below = identify("南京市教育局" + REPORT, text="本报告由南京市鼓楼区教育局编制。")
    assert below.agency_id is None
    office = identify("盱眙县财政局" + REPORT, text="本报告由盱眙县人民政府办公室编制。")
    assert office.agency_id == "320830:finance"


def test_an_agency_in_brackets_after_a_title_that_names_none_is_whose_it_is() -> None:
    assert identify(f"{REPORT}（旬邑县教育局）").agency_id == "610429:education"
    office = identify(f"{REPORT}（桃江县人民政府办公室）")
    assert (office.region_code, office.agency_id) == ("430922", None)


@pytest.mark.parametrize(
    ("name", "agency_id"),
    [
        ("上海市水务局（上海市海洋局）", "310000:water"),
        ("广州市南沙区人民政府（广州南沙开发区管理委员会）", "440115:government"),
        ("上海市水务局（江苏省海洋局）", None),
        ("南京市公安局（市交警支队）", None),
        ("洪泽区人民政府（洪泽区人民政府办公室）", None),
    ],
)
def test_a_second_name_of_one_agency_in_brackets_is_no_other_agency(
    name: str, agency_id: str | None
) -> None:
    assert identify(name + REPORT).agency_id == agency_id


def test_metadata_that_name_two_agencies_name_none() -> None:
    facts = {"year": 2022, "source": "淮安市财政局"}
    assert identity_of({**facts, "site": "淮安市财政局"}, {}).agency_id == "320800:finance"
    assert identity_of({**facts, "site": "淮安市审计局"}, {}).agency_id is None
    told = identity_of(facts, {})
    assert told.known["agency"] == "source likely"


def test_the_agency_given_wins_over_the_title() -> None:
    told = identify("平潭综合实验区" + REPORT, agency="平潭综合实验区党工委管委会")
    assert told.agency == "平潭综合实验区党工委管委会"
    assert told.agency_id == "350128:government"


# ---- years ----


def test_the_text_tells_the_year_only_where_the_title_tells_none() -> None:
    assert identify("政府信息公开工作年度报告", text="统计期限为2022年").year == 2022
    assert identify("2023年政府信息公开工作年度报告", text="统计期限为2022年").year == 2023
    assert identify("政府信息公开工作年度报告", text="2021年和2022年").year is None


# ---- scopes ----


@pytest.mark.parametrize(
    ("name", "text", "scope"),
    [
        ("淮安市人民政府", "2022年全市共收到政府信息公开申请30件。", "aggregate"),
        ("淮安市人民政府", "2022年，全市各级各部门共主动公开政府信息9000条。", "aggregate"),
        ("淮安市人民政府", "本报告汇总全市各县区、各部门数据编制。", "aggregate"),
        ("洪泽区", "2022年，全区受理政府信息公开申请21件。", "aggregate"),
        ("洪泽区", "2022年，全市受理政府信息公开申请2100件。", None),
        ("洪泽区", "本报告数据仅包含区政府办公室。", "agency"),
        ("洪泽区", "全区共收到申请9件。本报告数据仅包含区政府办公室。", None),
        ("洪泽区", "区政府办公室共收到政府信息公开申请17件。", None),
        ("洪泽区", "", None),
        ("洪泽区财政局", "", "agency"),
        ("洪泽区财政局", "2022年，我局收到政府信息公开申请3件。", "agency"),
        ("洪泽区财政局", "2022年，全区财政系统收到政府信息公开申请30件。", None),
        ("洪泽区人民政府办公室", "2022年，全区共收到政府信息公开申请95件。", None),
        ("洪泽区", "2022年，区政府各部门、各街道共收到政府信息公开申请95件。", "aggregate"),
        ("洪泽区", "本报告数据不包含区政府各部门数据。", "agency"),
        ("洪泽区", "对全区各部门办理的政府信息公开申请开展抽查。", None),
        ("洪泽区人民政府办公室", "由区政府办公室汇总各部门、各镇街年度报告编制。", "aggregate"),
        ("洪泽区行政审批局", "本报告汇总全区各部门、各镇街数据编制。", "aggregate"),
        ("洪泽区行政审批局", "本报告汇总全区各部门数据。我局收到政府信息公开申请3件。", None),
        ("洪泽区行政审批局", "本报告汇总局机关及所属各事业单位数据编制。", None),
        ("洪泽区老子山镇", "", "agency"),
        ("洪泽区老子山镇", "2022年，全区共收到政府信息公开申请95件，我镇收到2件。", "agency"),
    ],
)
def test_a_report_speaks_for_all_bodies_only_where_it_says_so(
    name: str, text: str, scope: str | None
) -> None:
    assert identify(name + REPORT, text=text).scope == scope


@pytest.mark.parametrize(
    ("note", "scope"),
    [("汇总", "aggregate"), ("本机关", "agency"), ("本级", None), ("含所属单位", None)],
)
def test_a_note_in_the_title_tells_the_scope(note: str, scope: str | None) -> None:
    assert identify(f"淮安市{REPORT}（{note}）").scope == scope


@pytest.mark.parametrize("note", ["更正版", "修订版", "更新", "重新发布", "定稿", "已更正"])
def test_a_note_of_a_version_in_the_title_says_nothing_of_the_scope(note: str) -> None:
    assert identify(f"淮安市教育局{REPORT}（{note}）").scope == "agency"


def test_a_bureau_makes_no_government_s_aggregate_whatever_its_title_notes() -> None:
    told = identify(f"淮安市教育局{REPORT}（汇总）")
    assert (told.scope, told.open["scope"]) == (None, "title says (汇总)")
    assert identify(f"淮安市人民政府办公室{REPORT}（汇总）").scope == "aggregate"


@pytest.mark.parametrize(
    ("name", "counted", "headed", "scope"),
    [
        ("洪泽区", [], ["aggregate"], "aggregate"),
        ("洪泽区", [], ["agency"], None),
        ("洪泽区", ["全区"], ["agency"], None),
        ("洪泽区", ["全区"], ["agency", "aggregate"], None),
        ("洪泽区", ["全区"], ["aggregate"], "aggregate"),
        ("洪泽区财政局", [], ["agency"], "agency"),
        ("洪泽区财政局", [], ["aggregate"], None),
    ],
)
def test_a_scope_over_the_tables_that_is_another_leaves_it_open(
    name: str, counted: list[str], headed: list[str], scope: str | None
) -> None:
    told = {"agency": name, "year": 2022, "counted": counted, "headed": headed}
    assert identity_of(told, {}).scope == scope


@pytest.mark.parametrize(
    ("name", "agreeing", "differing", "scope"),
    [
        ("洪泽区", ["aggregate"], ["agency"], "aggregate"),
        ("洪泽区", ["agency"], ["aggregate"], "agency"),
        ("洪泽区", [], ["agency", "aggregate"], None),
        ("洪泽区", [], ["aggregate"], None),
        ("洪泽区", ["agency", "aggregate"], [], "aggregate"),
        ("洪泽区", ["aggregate"], ["aggregate"], "aggregate"),
        ("洪泽区", ["agency"], ["agency", "aggregate"], None),
        ("洪泽区人民政府办公室", ["agency"], ["aggregate"], "agency"),
        ("洪泽区人民政府办公室", ["aggregate"], ["agency"], "aggregate"),
        ("洪泽区财政局", ["agency"], ["aggregate"], "agency"),
        ("洪泽区财政局", ["aggregate"], ["agency"], None),
        ("洪泽区财政局", ["agency"], [], "agency"),
        ("洪泽区财政局", ["agency"], ["agency"], None),
        ("洪泽区财政局", [], [], None),
    ],
)
def test_where_the_narrative_tells_of_both_scopes_its_figures_say_whose_the_tables_are(
    name: str, agreeing: list[str], differing: list[str], scope: str | None
) -> None:
    told = {"agency": name, "year": 2022, "counted": ["全区"]}
    told |= {"agreeing": agreeing, "differing": differing}
    assert identity_of(told, {}).scope == scope


@pytest.mark.parametrize(
    ("agreeing", "scope"), [([], "aggregate"), (["aggregate"], "aggregate"), (["agency"], "agency")]
)
def test_a_report_that_calls_itself_an_aggregate_stays_one_where_a_figure_differs(
    agreeing: list[str], scope: str
) -> None:
    told = {"agency": "洪泽区人民政府", "year": 2022, "counted": ["全区", "汇总"]}
    told |= {"agreeing": agreeing, "differing": ["aggregate"]}
    assert identity_of(told, {}).scope == scope


@pytest.mark.parametrize(
    ("of_all", "of_the_office", "scope"),
    [("58", "17", "aggregate"), ("95", "58", "agency"), ("95", "17", None)],
)
def test_an_office_s_figure_beside_the_district_s_is_told_from_it_by_the_table(
    of_all: str, of_the_office: str, scope: str | None
) -> None:
    """The table prints 58 requests received."""
    sentence = f"全区共收到申请{of_all}件，其中区政府办公室收到申请{of_the_office}件。"
    lines = f"<p>洪泽区人民政府{REPORT}</p><p>一、总体情况</p><p>{sentence}</p>"
    page = html(*SAMPLE).decode().replace("<body>", f"<body>{lines}").encode()
    assert identity_of(read_bytes(page).facts, {}).scope == scope


# ---- reference data ----


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("a.com,320000", "line 2: 'a.com' is no domain"),
        ("a.gov.cn,320000\na.gov.cn,320100", "line 3: 'a.gov.cn' is no domain, or stands twice"),
        ("a.gov.cn,999999", "line 2: unknown region '999999'"),
    ],
)
def test_a_wrong_host_stops_with_its_line(
    lines: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hosts.csv"
    path.write_text(f"host,region_code\n{lines}\n", encoding="utf-8")
    monkeypatch.setattr(witnesses, "HOSTS", path)
    with pytest.raises(ReferenceDataError, match=message):
        witnesses.hosts.__wrapped__()
