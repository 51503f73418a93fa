"""What notebooks say and tabulate: in the language asked for, with dashes and no made-up zeros."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from helpers import DISPUTES
from IPython.display import Markdown
from stores import built, folder, page, store_of, titled

from analysis import article, build, holdings, indicators, load
from analysis.comparison.drawing import FONT
from analysis.documents.reference import load_toml

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
NARRATIVE = load_toml("narrative.toml")
TEXTS = {f"{part}.{key}": said for part, texts in NARRATIVE.items() for key, said in texts.items()}
# Texts with names to fill in, and the function that does.
FILLED_IN = {
    *("common.filled", "common.opening", "common.members", "common.no_scope"),
    "common.no_scope_unreadable",
    "common.unplaced",
    *("common.sources", "common.followed", "common.divided"),
}
both_languages = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module")
def reports(samples):
    return load("reports", samples)


@pytest.fixture(scope="module")
def issues(samples):
    return load("issues", samples)


@pytest.fixture(scope="module")
def records(samples):
    return load("records", samples, blanks="proven")


@pytest.fixture(scope="module")
def nothing(records):
    return indicators(records.iloc[:0])


def aggregates(records):
    return article.without_members(records[records["scope"].eq("aggregate")])


def columns(shown):
    """The printed headings of a table."""
    return list(shown.data.columns)


def html(shown):
    return shown.to_html()


def said_in(notebook):
    """Keys of the texts that a notebook says."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return re.findall(r'article\.say\("([\w.]+)", language\)', "\n".join(sources))


# ---- texts ----


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_there_in_both_languages_with_the_same_names_to_fill_in(key):
    assert set(TEXTS[key]) == {"zh", "en"}
    assert all(said.strip() for said in TEXTS[key].values())
    names = {language: set(re.findall(r"{(\w*)}", said)) for language, said in TEXTS[key].items()}
    assert names["zh"] == names["en"]
    assert bool(names["zh"]) == (key in FILLED_IN)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_every_text_of_a_notebook_is_said_once_and_none_is_missing(notebook):
    said = said_in(notebook)
    own = [f"{notebook.stem}.{key}" for key in NARRATIVE[notebook.stem]]
    assert sorted(key for key in said if key.startswith(notebook.stem)) == sorted(own)
    assert set(said) <= set(TEXTS)


@both_languages
def test_texts_are_said_as_they_stand_in_the_language(language):
    said = article.say("outcomes.rate", language)
    assert isinstance(said, Markdown)
    assert said.data == {"zh": "## 公开率", "en": "## Disclosure rate"}[language]
    assert article.text("outcomes.rate", language) == said.data


def test_an_unknown_text_is_refused():
    with pytest.raises(KeyError):
        article.say("outcomes.nothing", "zh")


def test_an_unknown_language_is_refused_with_those_that_are_known():
    with pytest.raises(ValueError, match="unknown language 'de': 'zh' or 'en'"):
        article.say("outcomes.rate", "de")


def test_titles_are_those_of_the_notebooks_and_an_unknown_notebook_has_its_name():
    assert article.title_of("outcomes", "zh") == "申请办理结果"
    assert article.title_of("denials", "en") == "Why information was denied"
    assert article.title_of("my_own", "en") == "my_own"


def test_every_character_of_the_narrative_is_in_the_shipped_font():
    shipped = set(TTFont(FONT).getBestCmap())
    written = {character for said in TEXTS.values() for text in said.values() for character in text}
    assert {character for character in written if ord(character) not in shipped} - {"\n"} == set()


# ---- what it stands on ----


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ["16 份报告、7 个机关", "2011–2024", "范围：汇总；地区：江苏省、上海市"]),
        ("en", ["16 reports of 7 agencies", "2011–2024", "Scope: aggregates", "江苏省, 上海市"]),
    ],
)
def test_the_opening_says_how_many_reports_how_many_verified_and_what_was_asked_for(
    reports, records, language, told
):
    said = article.opening(reports, records, language, "aggregate", ["320000", "上海市"]).data
    assert all(part in said for part in told)
    assert f"{reports['verified'].sum()}" in said
    assert f"{records['suspect'].sum()}" in said


@both_languages
def test_the_opening_counts_a_report_of_no_known_year_and_no_superseded_one(
    reports, records, language
):
    changed = reports.copy()
    changed.loc[0, "year"] = pd.NA
    changed.loc[1, "superseded_by"] = "another"
    said = article.opening(changed, records, language, None, None).data
    assert {"zh": "15 份报告", "en": "15 reports"}[language] in said
    assert {"zh": "+ 年份不明", "en": "+ year unknown"}[language] in said
    assert article.text("common.scope_all", language) in said


@both_languages
def test_files_that_could_not_be_read_are_told_though_their_scope_is_not_known(language, tmp_path):
    raw = folder(
        tmp_path, {"a.html": page("首页"), "b.pdf": b"%PDF-1.7 broken", "c.pdf": b"%PDF-1.7"}
    )
    built(raw)
    said = article.without_scope(language, store=store_of(raw), scope="aggregate").data
    assert {"zh": "另有 2 个文件未能读取", "en": "2 more file(s) could not"}[language] in said
    assert {"zh": "另有 1 份报告", "en": "1 more report(s) are"}[language] in said
    assert article.without_scope(language, store=store_of(raw)).data == ""


@both_languages
def test_reports_of_no_known_region_or_year_are_told_beside_those_that_were_due(language, tmp_path):
    known = page("淮安市人民政府2023年政府信息公开工作年度报告")
    files = {"a.html": known, "b.html": page("鼓楼区人民政府2023年政府信息公开工作年度报告")}
    raw = folder(tmp_path, {**files, "c.pdf": b"%PDF-1.7 broken"})
    built(raw)
    said = article.without_place(language, store=store_of(raw), years=2023, regions="淮安市").data
    assert {"zh": "另有 2 份报告", "en": "2 more report(s)"}[language] in said
    other_year = article.without_place(
        language, store=store_of(raw), years=2022, regions="淮安市"
    ).data
    assert {"zh": "另有 1 份报告", "en": "1 more report(s)"}[language] in other_year
    (raw / "b.html").unlink()
    (raw / "c.pdf").unlink()
    built(raw)
    assert article.without_place(language, store=store_of(raw)).data == ""


@both_languages
def test_a_selection_without_reports_is_one_clear_sentence(reports, records, language):
    said = article.opening(reports.iloc[:0], records.iloc[:0], language, "agency", None).data
    assert said == article.text("common.empty", language)


@pytest.mark.parametrize(
    ("language", "asked"),
    [("zh", "年份 2022、2023，地区 江苏省，范围 全部"), ("en", "years 2022, 2023, regions 江苏省")],
)
def test_the_closing_line_names_the_data_the_code_and_the_parameters(samples, language, asked):
    said = article.sources(language, samples, None, [2022, 2023], "320000", None).data
    assert re.search(r"(数据版本|Data version) 0", said)
    assert re.search(r"[0-9a-f]{12}", said)
    assert asked in said


@both_languages
def test_reports_left_out_of_pooled_figures_are_counted(records, language):
    pooled = records[records["report_id"] != records["report_id"].iloc[0]]
    assert "1" in article.members_note(records, pooled, language).data
    assert article.members_note(records, records, language).data == ""


def test_agencies_are_compared_where_they_are_few_else_provinces_else_years(records):
    assert article.groups_to_compare(records) == ["agency", "year"]
    assert article.place_to_compare(records) == "agency"
    parts = [records.iloc[[0]].assign(agency=f"机关{i}", year=2000 + i) for i in range(41)]
    many = pd.concat(parts)
    assert article.groups_to_compare(many) == ["year"]
    assert article.groups_to_compare(many.assign(year=2023)) == ["province", "year"]
    assert article.place_to_compare(many) == "province"


# ---- coverage ----


def test_coverage_has_a_row_a_report_and_calls_an_unreadable_one_so(reports):
    changed = reports.copy()
    changed.loc[0, ["n_cells", "verified"]] = [0, False]
    changed.loc[1, ["agency", "agency_id"]] = pd.NA
    table = holdings.coverage_table(changed)
    assert len(table) == len(reports)
    assert table["state"][0] == "unreadable"
    assert table["agency"][1] == changed["path"][1]
    assert set(table["state"][1:]) == {"verified", "not_verified"}
    changed.loc[0, "superseded_by"] = "another"
    assert len(holdings.coverage_table(changed)) == len(reports) - 1


@both_languages
def test_files_that_failed_are_listed_with_what_to_do(tmp_path, language):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "empty_2023.html").write_bytes(b"")
    build(tmp_path / "raw", tmp_path / "processed", workers=1, progress=False)
    failed, found = (load(name, tmp_path / "processed") for name in ("reports", "issues"))
    shown = holdings.failed_files(failed, found, language)
    assert "empty_2023.html" in html(shown)
    assert {"zh": "请重新下载", "en": "download it again"}[language] in html(shown)
    assert columns(shown) == {"zh": ["文件", "问题"], "en": ["File", "What is wrong"]}[language]


@both_languages
def test_reports_that_the_manifest_should_settle_are_listed_by_file(tmp_path, language):
    files = {"a/whose.html": page(titled("鼓楼区人民政府")), "b.html": page(titled("南京市公安局"))}
    raw = folder(tmp_path, files | {"bad.html": b""})
    build(raw, store_of(raw), workers=1, progress=False)
    loaded, found = (load(name, store_of(raw)) for name in ("reports", "issues"))
    shown = holdings.unsettled_reports(loaded, found, language)
    assert set(shown.data.iloc[:, 0]) == {"a/whose.html"}
    assert {"zh": "范围不明", "en": "Scope unknown"}[language] in html(shown)
    assert "manifest.csv" in html(shown)


@both_languages
def test_where_nothing_failed_the_list_says_none(reports, records, issues, language):
    none = article.text("common.none", language)
    assert holdings.failed_files(reports, issues, language).data == none
    assert holdings.issues_by_kind(issues.iloc[:0], language).data == none
    assert holdings.suspect_figures(reports, records, issues.iloc[:0], language).data == none


@both_languages
def test_issues_are_counted_by_kind_the_most_frequent_first(issues, language):
    shown = holdings.issues_by_kind(issues, language).data
    counts = shown[{"zh": "数量", "en": "Count"}[language]].tolist()
    assert sum(counts) == len(issues)
    assert counts == sorted(counts, reverse=True)
    assert {"zh": "合计不符", "en": "Sum does not hold"}[language] in shown.to_string()


@both_languages
def test_every_suspect_figure_other_than_zero_is_listed_with_its_place(
    reports, records, issues, language
):
    shown = html(holdings.suspect_figures(reports, records, issues, language))
    suspects = records[records["suspect"] & records["value"].ne(0) & records["state"].ne("blank")]
    assert len(suspects)
    for raw, cell in zip(suspects["raw"], suspects["cell"], strict=True):
        assert f"{raw.strip()} [{cell}]" in shown
    for path in suspects.merge(reports, on="report_id")["path"].unique():
        assert path in shown


@pytest.mark.parametrize(
    ("severity", "table", "row", "column", "what"),
    [
        ("error", "", "", "", "整份报告"),
        ("error", "requests", "", "", "收到和处理政府信息公开申请情况"),
        ("error", "requests", "granted", "", "予以公开"),
        ("warning", "requests", "granted", "total", "总计"),
    ],
)
def test_whatever_makes_a_figure_suspect_names_its_place(
    reports, records, issues, severity, table, row, column, what
):
    granted = records[records["row"].eq("granted") & records["column"].eq("total")].iloc[[0]]
    suspect = granted.assign(suspect=True, value=7.0, raw=" 7 ", cell="t9r9c9", state="number")
    found = {"severity": severity, "table": table, "row": row, "column": column}
    issue = issues.iloc[[0]].assign(report_id=granted["report_id"].iloc[0], **found)
    shown = holdings.suspect_figures(reports, suspect, issue, "zh").data
    assert shown["原文数字［位置］"].item().endswith("7 [t9r9c9]")
    assert what in shown["数字"].item() + shown["原文数字［位置］"].item()


@both_languages
def test_what_two_reports_say_against_one_another_is_listed_once_of_the_later(
    reports, issues, language
):
    shown = holdings.contradictions(reports, issues, language).data
    title = {
        "zh": "现行有效件数与上年不衔接",
        "en": "Documents in force don't follow from last year's",
    }
    stock = shown[shown.isin([title[language]]).any(axis=1)]
    assert stock[{"zh": "年份", "en": "Year"}[language]].tolist() == [2023]
    assert "643" in stock.to_string()
    assert holdings.contradictions(reports, issues.iloc[:0], language).data == article.text(
        "common.none", language
    )


@pytest.mark.parametrize("check", ["prose_disagrees", "zero_beside_prose"])
def test_a_sentence_that_differs_from_its_table_is_listed_once(reports, records, issues, check):
    found = {"check": check, "severity": "warning", "table": "requests", "row": "received"}
    for column, n_across, n_suspect in (("", 1, 0), ("total", 0, 1)):
        issue = issues.iloc[[0]].assign(**found, column=column)
        across = holdings.contradictions(reports, issue, "en").data
        suspect = holdings.suspect_figures(reports, records, issue, "en").data
        assert [len(t) if isinstance(t, pd.DataFrame) else 0 for t in (across, suspect)] == [
            n_across,
            n_suspect,
        ]


def test_two_versions_of_a_report_are_listed_once_of_the_one_that_leads(tmp_path):
    other = [*DISPUTES[:3], "7 2 1 3 13 4 1 0 2 7 5 0 2 1 8".split()]
    raw = folder(tmp_path, {"a.html": page(), "b.html": page(titled("南京市公安局"), other)})
    build(raw, store_of(raw), workers=1, progress=False)
    loaded, found = (load(name, store_of(raw)) for name in ("reports", "issues"))
    assert found["check"].eq("other_version").sum() == 2
    shown = holdings.contradictions(loaded, found, "en").data
    assert shown["File"].tolist() == ["a.html"]


def test_every_report_of_the_same_figures_is_listed_where_messages_are_equal(reports, issues):
    found = issues.iloc[[0, 0, 0]].assign(
        report_id=reports["report_id"].iloc[:3].tolist(),
        **{"check": "same_figures", "severity": "warning", "table": "", "row": "", "column": ""},
        message="as a.html; …",
    )
    shown = holdings.contradictions(reports, found, "en").data
    assert shown["File"].tolist() == reports["path"].iloc[:3].tolist()


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "行政复议 / 总计: 0 → 11"), ("en", "Administrative reconsideration / Total: 0 → 11")],
)
def test_suggested_corrections_stand_beside_the_suspect_figures(
    reports, records, issues, language, words
):
    assert words in html(holdings.suspect_figures(reports, records, issues, language))


# ---- rates ----


@pytest.mark.parametrize(
    ("language", "headings"),
    [("zh", ["机关", "年份", "公开率"]), ("en", ["Agency", "Year", "Disclosure rate"])],
)
def test_rates_have_a_row_a_group_in_order_and_an_interval(records, language, headings):
    by = ["agency", "year"]
    frame = indicators(aggregates(records), by, ["disclosure_rate"])
    shown = article.rates(frame, by, language)
    assert columns(shown) == headings
    assert [*zip(*(shown.data[h] for h in headings[:2]), strict=True)] == [
        *zip(frame["agency"], frame["year"], strict=True)
    ]
    is_rate = shown.data[headings[2]].str.fullmatch(r"[\d.]+% \([\d.]+%–[\d.]+%\)( ○)?")
    assert is_rate.tolist() == frame["value"].notna().tolist()


@both_languages
def test_a_rate_that_stands_on_a_suspect_figure_is_marked_in_every_table(records, language):
    by, codes = ["year"], ["disclosure_rate"]
    own = aggregates(records)
    note = article.text("common.suspect_note", language)
    frame = indicators(own, by, codes)
    assert frame.loc[frame["n_suspect"] > 0, "year"].tolist() == [2020]
    for shown in (
        article.rates(frame, by, language),
        article.with_and_without_unverified(own, by, codes, language),
    ):
        is_marked = shown.data.map(lambda value: str(value).endswith(" ○")).any(axis=1)
        assert shown.data.loc[is_marked].iloc[:, 0].tolist() == [2020]
        assert note in html(shown)
    sure = frame[frame["n_suspect"].eq(0)]
    assert note not in html(article.rates(sure, by, language))


def test_rates_of_two_scopes_are_never_one_row(records):
    found = indicators(records[records["year"].eq(2019)], ["scope"], ["disclosure_rate"])
    assert len(found) == 2
    with pytest.raises(ValueError, match="several rows"):
        article.rates(found.assign(year=2019), ["year"], "en")


@both_languages
def test_a_rate_that_is_not_known_is_a_dash_and_never_a_zero(records, language):
    frame = indicators(aggregates(records), ["year"], ["denial_reasons", "denial_rate"])
    unknown = frame.assign(value=float("nan"), low=float("nan"), high=float("nan"))
    shown = article.rates(unknown, ["year"], language)
    assert set(shown.data.iloc[:, 1:].to_numpy().ravel()) == {"—", "— ○"}
    assert not re.search(r">\s*0", html(shown))


def test_groups_that_are_not_known_keep_their_rows_with_a_dash(records):
    frame = indicators(records.assign(agency_type=pd.NA, scope="agency"), ["agency_type"])
    shown = article.rates(frame, ["agency_type"], "zh")
    assert shown.data.iloc[:, 0].tolist() == ["—"]


def test_groups_are_named_in_words(records):
    frame = indicators(records, ["scope", "level", "year"], ["denial_rate"])
    assert {"汇总", "本机关"} == set(
        article.rates(frame, ["scope", "level", "year"], "zh").data["范围"]
    )


def test_no_two_indicators_share_a_title_and_so_a_column(records):
    frame = indicators(aggregates(records), ["year"])
    shown = article.rates(frame, ["year"], "en")
    assert len(columns(shown)) == 1 + frame["indicator"].nunique()


@both_languages
def test_figures_of_all_and_of_verified_reports_stand_side_by_side(records, language):
    pooled = aggregates(records)
    shown = article.with_and_without_unverified(pooled, ["year"], ["denial_rate"], language)
    assert columns(shown)[-1] == article.text("columns.verified_value", language)
    before, after = (shown.data.set_index(columns(shown)[0]).iloc[:, i] for i in (1, 3))
    assert after[2020] == "— · 0/1"
    assert after[2021] == f"{before[2021]} · 1/1"


@both_languages
def test_tables_without_rows_say_none(records, nothing, language):
    none = article.text("common.none", language)
    assert article.rates(nothing, ["year"], language).data == none
    assert article.table(nothing, language).data == none
    beside = article.with_and_without_unverified(records.iloc[:0], ["year"], None, language)
    assert beside.data == none


def test_text_in_tables_is_shown_and_not_run():
    shown = article.table(pd.DataFrame({"path": ["<b>x</b>.html"]}), "en")
    assert "&lt;b&gt;x&lt;/b&gt;.html" in html(shown)
