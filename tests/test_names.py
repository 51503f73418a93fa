from collections.abc import Iterator

import pytest

from analysis.dataset import agencies, names
from analysis.dataset.names import readings
from analysis.dataset.regions import Region, regions
from analysis.dataset.shortening import short_names
from analysis.documents.reference import ReferenceDataError


def ids(name: str, year: int | None = 2023) -> list[str | None]:
    return [reading.agency_id for reading in readings(name, year)]


def test_every_agency_that_a_name_can_mean_is_found() -> None:
    chaoyang = ("110105", "211300", "220104")
    assert ids("国家统计局朝阳调查队") == [f"{code}:statistical_survey" for code in chaoyang]
    assert {"220104-economic:zone_committee"} < set(ids("朝阳经济开发区管委会"))
    linxia = {"622901:ecology", "622921:ecology"}
    assert set(ids("临夏回族自治州生态环境局临夏分局")) == linxia
    xuanhua = {"130705:ecology", "130721:ecology"}
    assert set(ids("张家口市宣化生态环境局", 2009)) == xuanhua
    assert set(ids("荆州市公安生态环境局")) == {"421000:public_security", "421022:ecology"}
    districts = ("320106", "320302", "350102", "410204")
    assert ids("鼓楼区教育局") == [f"{code}:education" for code in districts]
    assert ids("南京市鼓楼区教育局") == ["320106:education"]
    assert set(ids("淮安教育局")) == {"320800:education", "320803:education"}


@pytest.mark.parametrize(
    "name",
    [
        *("南山街道办事处", "北京路街道办事处", "长安镇人民政府", "东山镇", "朝阳街道"),
        *("人民医院", "实验小学", "市教育局", "县人民政府", "高新区管委会", "南湖新区管委会"),
    ],
)
def test_a_name_without_its_place_is_of_no_place_that_it_seems_to_name(name: str) -> None:
    (reading,) = readings(name, 2023)
    assert reading.body is not None
    assert (reading.place, reading.agency_id) == (None, None)


@pytest.mark.parametrize(
    ("name", "agency_id"),
    [
        ("南京市监局", "320100:market_regulation"),
        ("南京市场监督管理局", "320100:market_regulation"),
        ("长沙县教育局", "430121:education"),
        ("吉林市人民政府", "220200:government"),
        ("东莞市虎门镇人民政府", "441900:township:虎门镇"),
        ("西城区人民政府金融街街道办事处", "110102:subdistrict:金融街街道"),
        ("南京市公安局玄武分局", "320102:public_security"),
        ("淮安市洪泽生态环境局", "320813:ecology"),
        ("淮安市淮安生态环境局", "320803:ecology"),
        ("济南市市中生态环境局", "370103:ecology"),
        ("长沙市生态环境局长沙分局", "430121:ecology"),
        ("北京市规划和自然资源委员会怀柔分局", "110116:natural_resources"),
        ("酉阳县林业局", "500242:forestry"),
        ("酉阳县", "500242:government"),
        ("酉阳县龙潭镇人民政府", "500242:township:龙潭镇"),
        ("科左中旗", "150521:government"),
        ("国家统计局昆山调查队", "320583:statistical_survey"),
        ("深圳市生态环境局宝安管理局", "440306:ecology"),
        ("西双版纳州勐腊县磨憨镇人民政府", "532823:township:磨憨镇"),
        ("临夏州临夏市", "622901:government"),
        ("松原市生态环境局乾安分局", "220723:ecology"),
        ("文山州生态环境局文山分局", "532601:ecology"),
        ("松原市前郭尔罗斯生态环境局", "220721:ecology"),
        ("济南市莱芜生态环境局", "370116:ecology"),
        ("第五师双河市教育局", "659007:education"),
        ("兵团教育局", "650000-xpcc:education"),
        ("荆州市公安消防支队", "421000:fire"),
        ("湖北公安厅", "420000:public_security"),
        ("横琴粤澳深度合作区执行委员会", "440400-hengqin:zone_committee"),
        ("陕西省西咸新区开发建设管委会", "610000-xixian:zone_committee"),
        ("深圳市前海深港现代服务业合作区管理局", "440300-qianhai:zone_committee"),
        ("南京江北新区管理委员会行政审批局", "320100-jiangbei:administrative_approval"),
        ("加格达奇区人民政府", "232700-jiagedaqi:zone_committee"),
        ("中华人民共和国财政部", "000000:finance"),
        ("国家税务总局淮安市税务局", "320800:tax"),
        ("南阳高新区管委会", "411300-hitech:zone_committee"),
        ("平潭综合实验区财政局", "350128:finance"),
        ("工业和信息化部", "000000:industry"),
        ("国家铁路局", "000000:transport:国家铁路局"),
    ],
)
def test_a_name_with_its_place_is_of_one_agency(name: str, agency_id: str) -> None:
    assert ids(name) == [agency_id]


def test_a_short_name_that_a_full_one_equals_may_be_of_both() -> None:
    assert ids("东乡县财政局", 2010) == ["361003:finance", "622926:finance"]
    assert ids("东乡县财政局", 2023) == ["622926:finance"]


def test_a_district_is_also_called_as_the_county_that_it_was() -> None:
    told = {year: readings("赣州市赣县生态环境局", year)[0].region_code for year in (2014, 2022)}
    assert told == {2014: "360721", 2022: "360704"}


def test_a_part_that_bears_its_city_s_name_stood_in_the_year() -> None:
    assert ids("上饶市上饶生态环境局", 2018) == ["361104:ecology"]
    assert ids("上饶市上饶生态环境局", 2023) == [None]


def test_what_is_of_no_known_kind_is_filed_under_its_county_but_under_no_larger_place() -> None:
    assert [r.region_code for r in readings("蒲江县城市建设指挥部")] == ["510131"]
    assert [r.region_code for r in readings("成都市城市建设指挥部")] == [None]
    assert [r.region_code for r in readings("深圳市龙华区城市建设指挥部")] == ["440309"]


def test_a_branch_of_unknown_kind_is_not_filed_under_its_city() -> None:
    assert [r.region_code for r in readings("淮安市探矿局洪泽分局")] == [None]


def test_a_government_is_of_no_zone_but_one_that_is_run_as_a_division() -> None:
    assert [r.agency_id for r in readings("苏州工业园区人民政府")] == [None]


def test_a_bureau_within_a_bureau_is_of_no_known_kind() -> None:
    (reading,) = readings("南京市公安局交通管理局", 2023)
    assert (reading.body, reading.agency_id) == (None, None)


def test_a_name_of_former_times_may_say_so() -> None:
    assert ids("原崇文区", 2009) == ["110103:government"]
    assert ids("原阳县", 2009) == ["410725:government"]


def test_a_combined_name_is_of_its_longest_known_words() -> None:
    (reading,) = readings("深圳市规划和国土资源委员会", 2017)
    assert reading.body and reading.body.line.code == "natural_resources"


def test_a_zone_that_is_a_committee_by_its_name_needs_no_other() -> None:
    assert [r.name(2015) for r in readings("茫崖行政委员会", 2015)] == ["茫崖行政委员会"]


@pytest.mark.parametrize("name", ["淮安市城南街道办事处", "江苏省淮阴中学", "上海市田林街道"])
def test_what_lies_in_an_unnamed_part_of_a_place_has_no_id(name: str) -> None:
    (reading,) = readings(name, 2023)
    assert reading.inside and reading.agency_id is None and reading.region_code is None


@pytest.mark.parametrize(
    "name", ["", "首页", "政府网", "南京市政府网", "南京", "某局", "南京市教育厅"]
)
def test_what_is_no_known_agency_has_no_id(name: str) -> None:
    assert not any(ids(name))


def named_in_full(year: int) -> Iterator[tuple[Region, str]]:
    """Give every region of a year with its name after those of the regions above."""
    for region in regions().values():
        if region.first_year <= year <= (region.last_year or year):
            name, above = "", region
            while above:
                told = (former for former, last_year in above.former_names if year <= last_year)
                name = next(told, above.name) + name
                above = regions().get(above.parent)
            yield region, name


@pytest.mark.parametrize("year", [2010, 2016, 2023])
def test_an_agency_of_every_region_is_told_by_its_name_in_full(year: int) -> None:
    told = {name + "教育局": region.code for region, name in named_in_full(year)}
    assert len(told) > 3000
    wrong = {n: c for n, c in told.items() if [r.region_code for r in readings(n, year)] != [c]}
    assert not wrong


@pytest.mark.parametrize("year", [2009, 2023])
@pytest.mark.parametrize("branch", ["{}生态环境局{}分局", "{}{}生态环境局", "{}公安局{}管理局"])
def test_a_branch_in_a_county_is_of_that_county_or_of_several(branch: str, year: int) -> None:
    wrong = {}
    for region, _ in named_in_full(year):
        above = regions().get(region.parent)
        short = next(iter(short_names(region.code, region.name)), "")
        if region.level == "county" and above and above.level == "prefecture" and short:
            name = branch.format(above.name, short)
            codes = {r.region_code for r in readings(name, year)}
            if not above.name.startswith(short) and region.code not in codes:
                wrong[name] = codes
    assert not wrong


@pytest.mark.parametrize(
    "ending", ["镇人民政府", "乡", "街道办事处", "路街道办事处", "山镇", "小学"]
)
def test_the_short_name_of_a_region_places_nothing_that_lies_below_counties(ending: str) -> None:
    stems = {region.name[:-1] for region in regions().values() if len(region.name) > 2}
    shorts = {stem for stem in stems if not stem.endswith("县")}  # 梅县 was a county itself
    assert len(shorts) > 3000
    placed = {short: ids(short + ending) for short in shorts if any(ids(short + ending))}
    assert not placed


@pytest.mark.parametrize("name", ["central_agencies.csv", "central_branches.csv"])
def test_an_unknown_kind_of_central_body_stops_with_its_line(
    name: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = "name,short,agency_type,id" if "agencies" in name else "prefix,ending,agency_type,x"
    (tmp_path / name).write_text(f"{columns}\n甲部,乙,galaxy,z\n", encoding="utf-8")
    monkeypatch.setattr(names, "REFERENCE", tmp_path)
    load = names._central_bodies if "agencies" in name else names._branches
    with pytest.raises(ReferenceDataError, match=f"{name}, line 2: unknown agency type 'galaxy'"):
        load.__wrapped__()


@pytest.mark.parametrize("name", ["central_agencies.csv", "central_branches.csv"])
def test_a_list_of_central_bodies_without_one_of_its_columns_is_refused(
    name: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text("named,agency_type\n甲部,tax\n", encoding="utf-8")
    monkeypatch.setattr(names, "REFERENCE", tmp_path)
    load = names._central_bodies if "agencies" in name else names._branches
    with pytest.raises(ReferenceDataError, match=f"{name}, line 1: there is no column"):
        load.__wrapped__()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,full\n卫健委,卫生健康委员会\n", "line 1: there is no column 'short'"),
        ("short,full\n卫健委,卫生健康委员会\n卫健委,卫生委员会\n", "line 3: 卫健委 stands twice"),
    ],
)
def test_a_wrong_list_of_short_names_stops_with_its_line(
    text: str, message: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "agency_names.csv").write_text(text, encoding="utf-8")
    monkeypatch.setattr(agencies, "_NAMES", tmp_path / "agency_names.csv")
    with pytest.raises(ReferenceDataError, match=f"agency_names.csv, {message}"):
        agencies._full_names.__wrapped__()
