import pytest

from analysis.dataset import agencies
from analysis.dataset.agencies import body_of, lines
from analysis.documents.reference import ReferenceDataError


def kind(name: str) -> str | None:
    body = body_of(name)
    return body.line.code if body else None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("人民政府", "government"),
        ("行政公署", "government"),
        ("政府办公室", "government_office"),
        ("人民政府办公厅", "government_office"),
        ("管委会", "zone_committee"),
        ("发改委", "development"),
        ("教育局", "education"),
        ("民族宗教事务委员会", "ethnic_religious"),
        ("公安厅", "public_security"),
        ("规划和自然资源局", "natural_resources"),
        ("国土资源局", "natural_resources"),
        ("环保局", "ecology"),
        ("卫生和计划生育委员会", "health"),
        ("城市管理行政执法局", "urban_enforcement"),
        ("人民政府国有资产监督管理委员会", "state_assets"),
        ("人民政府外事办公室", "foreign_affairs"),
        ("国防动员办公室", "civil_air_defence"),
        ("扶贫开发领导小组办公室", "rural_revitalisation"),
        ("供销合作总社", "supply_marketing"),
        ("消防救援支队", "fire"),
        ("烟草专卖局", "tobacco"),
        ("政务服务数据管理局", "government_services"),
        ("老子山镇人民政府", "township"),
        ("回族乡", "township"),
        ("金融街街道办事处", "subdistrict"),
        ("第一人民医院", "hospital"),
        ("实验小学", "school"),
        ("自来水公司", "public_enterprise"),
        ("图书馆", "public_institution"),
    ],
)
def test_a_name_tells_its_line_of_work(name: str, code: str) -> None:
    assert kind(name) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("文化和旅游局", "culture_tourism"),
        ("文化广电和旅游局", "culture_tourism"),
        ("农业农村和水利局", "agriculture"),
        ("科技和工业信息化局", "science"),
        ("教育和体育局", "education"),
        ("教体局", "education"),
        ("住房和城市建设局", "housing"),
        ("民政和人力资源社会保障局", "civil_affairs"),
        ("城乡建设和交通委员会", "housing"),
        ("绿化和市容管理局", "landscaping"),
    ],
)
def test_a_combined_name_is_of_the_line_of_its_first_word(name: str, code: str) -> None:
    assert kind(name) == code


@pytest.mark.parametrize(
    "name",
    [
        *("教育考试院", "公路管理处", "交警支队", "场监督管理局", "监局", "某某局", "局", ""),
        *("大学", "医院", "街道办事处", "镇人民政府", "人民政府驻北京办事处", "财政所"),
        *("教育和某某局", "教育局办公室", "某某区老子山镇"),
    ],
)
def test_a_name_that_is_not_known_in_whole_is_of_no_line(name: str) -> None:
    assert body_of(name) is None


def test_predecessors_share_the_key_of_the_agency_that_took_over_from_them() -> None:
    names = ("工商行政管理局", "质监局", "食品药品监督管理局", "市场监督管理局")
    bodies = [body_of(name) for name in names]
    assert {body.key for body in bodies if body} == {"market_regulation"}
    assert len({body.line.code for body in bodies if body}) == 4


def test_agencies_of_which_a_place_has_several_are_told_by_their_names() -> None:
    one, other = body_of("老子山镇人民政府"), body_of("蒋坝镇")
    assert one and other
    assert (one.key, other.key) == ("township:老子山镇", "township:蒋坝镇")


def test_a_centre_beside_a_bureau_is_another_agency() -> None:
    for bureau, centre in (
        ("档案局", "档案馆"),
        ("大数据局", "大数据中心"),
        ("疾控局", "疾控中心"),
    ):
        one, other = body_of(bureau), body_of(centre)
        assert one and other and one.line == other.line and one.key != other.key


def test_a_short_name_is_given_in_full() -> None:
    full = {name: body.name for name in ("卫健委", "市监局", "政府办") if (body := body_of(name))}
    assert full == {
        "卫健委": "卫生健康委员会",
        "市监局": "市场监督管理局",
        "政府办": "人民政府办公室",
    }


def test_there_are_more_than_forty_lines_of_work_each_with_names_in_both_languages() -> None:
    assert len(lines()) > 60
    assert all(line.zh and line.en for line in lines().values())


HEAD = "code,zh,en,words,former,names,ends,heir,by_name,level\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a,甲,A,甲,,,,,,\na,乙,B,乙,,,,,,\n", "line 3: a stands twice"),
        ("a,甲,A,甲,,,,b,,\n", "line 2: unknown heir 'b'"),
        ("a,甲,A,甲,,,,,,\nb,乙,B,甲,,,,,,\n", "line 3: '甲' is of a already"),
        ("a,甲,A,甲,,,,,,galaxy\n", "line 2: unknown level 'galaxy'"),
    ],
)
def test_a_wrong_line_stops_with_its_number(
    rows: str, message: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches = [agencies._rows, lines, agencies._words]
    path = tmp_path / "agency_types.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    monkeypatch.setattr(agencies, "TYPES", path)
    for cache in caches:
        cache.cache_clear()
    with pytest.raises(ReferenceDataError, match=message):
        agencies._words()
    for cache in caches:
        cache.cache_clear()
