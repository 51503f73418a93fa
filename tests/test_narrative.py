"""The narrative of a report: its sections, without tables, navigation and footers."""

import io
from pathlib import Path

import pandas as pd
import pytest
from helpers import DISCLOSURE, DISPUTES, REQUESTS, SAMPLE, docx, html_table, text
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate
from reportlab.platypus import Table as PdfTable
from stores import built, folder, put, store_of

from analysis import load
from analysis.documents.grid import Document
from analysis.documents.narrative import digests, sections
from analysis.documents.report import read_bytes, read_report

TITLE = "南京市公安局2024年政府信息公开工作年度报告"
OPENING = "本报告按照有关要求编制，数据统计期限为全年，欢迎社会各界查阅并提出意见建议。"
FIRST = (
    "本局重视公开工作，及时更新栏目，回应群众关切，不断提高服务水平和办理质量，全年工作平稳有序。"
)
SECOND = (
    "本局收到政府信息公开申请58件，办结55件，其余依法结转下年度继续办理，未出现超期答复的情形。"
)
LATER = "栏目更新还不够及时；下一步将加强培训，完善机制，明确责任。"
HEADINGS = [
    *("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"),
    *(
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
]
TOLD = [
    (0, "", OPENING),
    (1, HEADINGS[0], f"（一）主动公开\n{FIRST}\n（二）依申请公开\n{SECOND}"),
    (5, HEADINGS[4], LATER),
    (6, HEADINGS[5], "无其他需要报告的事项"),
]


def blocks() -> list[str | list[list[str]]]:
    """Give a report as lines and tables, in printed order."""
    paragraphs = ["（一）主动公开", FIRST, "（二）依申请公开", SECOND]
    return [
        *(TITLE, OPENING, HEADINGS[0], *paragraphs, HEADINGS[1], DISCLOSURE, HEADINGS[2], REQUESTS),
        *(HEADINGS[3], DISPUTES, HEADINGS[4], LATER, HEADINGS[5], "无其他需要报告的事项"),
    ]


def page() -> bytes:
    """Print the report as a page with navigation above and a footer below."""
    above = "".join(f"<li>{word}</li>" for word in ("首页", "政务公开", "走进南京"))
    printed = (html_table(b) if isinstance(b, list) else f"<p>{b}</p>" for b in blocks())
    below = "<p>附件下载</p><p>友情链接</p><p>为确保浏览效果，建议使用新版浏览器。</p>"
    return f"<html><body><ul>{above}</ul>{''.join(printed)}{below}".encode()


def word() -> bytes:
    """Print the report as a Word document, its paragraphs before the tables."""
    lines = [b for b in blocks()[:7] if isinstance(b, str)]
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    return docx(*SAMPLE, body=body)


def plain_text() -> bytes:
    """Print the report as text with tabs."""
    printed = (text(b) if isinstance(b, list) else b for b in blocks())
    return "\n".join(printed).encode()


def wrapped_text() -> bytes:
    """Print the report as text whose lines an editor has broken."""
    lines = [
        b[n : n + 24] for b in blocks()[1:-1] if isinstance(b, str) for n in range(0, len(b), 24)
    ]
    return "\n".join([TITLE, *lines, "无其他需要报告的事项"]).encode()


def pdf() -> bytes:
    """Print the report as a PDF: lines wrap, pages break and are numbered."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("cn", fontName="STSong-Light", fontSize=14, leading=26, wordWrap="CJK")
    rules = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("FONT", (0, 0), (-1, -1), style.fontName, 5),
    ]
    flow = [
        PdfTable(b, style=rules) if isinstance(b, list) else Paragraph(b, style) for b in blocks()
    ]
    out = io.BytesIO()
    SimpleDocTemplate(out).build(
        flow,
        onFirstPage=lambda canvas, _: canvas.drawString(300, 30, "- 1 -"),
        onLaterPages=lambda canvas, _: canvas.drawString(300, 30, "- 2 -"),
    )
    return out.getvalue()


def rows(data: bytes) -> list[tuple[int, str, str]]:
    """Give the sections of a document."""
    found = read_bytes(data).sections
    return list(found.itertuples(index=False, name=None))


@pytest.mark.parametrize("printed", [page, plain_text, wrapped_text, pdf])
def test_sections_are_the_same_in_every_format(printed) -> None:
    assert rows(printed()) == TOLD


def test_a_word_document_has_sections_too() -> None:
    assert rows(word()) == TOLD[:2]


def test_sections_are_a_table_of_a_report(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_bytes(page())
    found = read_report(tmp_path / "report.html").sections
    assert list(found.columns) == ["section", "heading", "text"]
    assert read_bytes(b"").sections.empty


def test_a_document_s_text_is_asked_for_once() -> None:
    asked: list[str] = []

    def text_of() -> str:
        asked.append("text")
        return "一、总体情况\n\n 一切  正常。"

    document = Document("html", [], text_of)
    assert document.lines() == document.lines() == ["一、总体情况", "一切 正常。"]
    assert asked == ["text"]


def test_rows_of_the_forms_are_no_headings_and_no_text() -> None:
    everything = " ".join(part for _, _, words in rows(page()) for part in words.split())
    for label in ("本年新收", "勾稽", "行政许可", "结果维持", "结转下年度继续办理数"):
        assert label not in everything


def test_headings_may_be_shifted_unnumbered_or_run_on_into_their_text() -> None:
    shifted = ["二、总体情况", "一切正常。", "三、主动公开政府信息情况", "网站更新及时。"]
    assert [(s.section, s.text) for s in sections(shifted)] == [
        (2, "一切正常。"),
        (3, "网站更新及时。"),
    ]
    unnumbered = ["总体情况", "一切正常。", "其他需要报告的事项", "无。"]
    assert [(s.section, s.heading) for s in sections(unnumbered)] == [
        (0, "总体情况"),
        (0, "其他需要报告的事项"),
    ]
    told = "2024年工作平稳，群众满意度较高，各项任务全部完成。"
    run_on = f"一、总体情况 {told}二、存在的主要问题 本年度培训不够。"
    assert [(s.section, s.heading, s.text) for s in sections([run_on])] == [
        (1, "一、总体情况", told),
        (2, "二、存在的主要问题", "本年度培训不够。"),
    ]


def test_what_stands_before_the_title_or_below_the_report_is_no_part_of_it() -> None:
    lines = ["网站声明：本站内容仅供参考。", TITLE, "编制说明。", "一、总体情况", "一切正常。"]
    footer = ["分享到", "版权所有，未经许可不得转载。"]
    found = sections([*lines, *footer], TITLE)
    assert [(s.section, s.text) for s in found] == [(0, "编制说明。"), (1, "一切正常。")]
    signed = ["南京市公安局", "2025年1月20日", "网友点评", "内容很好。"]
    assert [s.text for s in sections([*lines, *signed], TITLE)] == ["编制说明。", "一切正常。"]


def test_digests_are_of_words_not_of_print() -> None:
    sentence = digests("坚持以公开为常态，不公开为例外。")
    assert digests("坚持以公开为常态,\u3000不公开为例外！") == sentence
    assert digests("坚持以公开为例外，不公开为常态。") != sentence
    assert digests("无。") == ()


# ---- in the store ----

MANIFEST = "path,agency,region_code,scope\n" + "".join(
    f"{name}.html,南京市公安局,320100,agency\n" for name in ("old", "new")
)


def report(year: int, *sentences: str) -> str:
    """Print a report of a year with sentences in its first section."""
    tables = "".join(map(html_table, SAMPLE))
    said = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f"<html><body><p>南京市公安局{year}年政府信息公开工作年度报告</p><p>一、总体情况</p>"
        f"{said}<p>二、主动公开政府信息情况</p>{tables}"
    )


def repeated(raw: Path, **asked: object) -> dict[int, float]:
    """Give the share repeated, by year."""
    found = load("sections", store_of(raw), **asked)
    return dict(zip(found["year"], found["repeated"], strict=True))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    same = "坚持以公开为常态、不公开为例外。"
    files = {
        "old.html": report(2023, same, "全年共举办三期业务培训班。"),
        "new.html": report(2024, same, "全年共举办四期业务培训班。"),
    }
    return folder(tmp_path, dict(files), MANIFEST)


def test_sections_are_loaded_with_facts_and_the_share_repeated(raw: Path) -> None:
    built(raw)
    found = load("sections", store_of(raw), years=2024)
    assert list(found["heading"]) == ["一、总体情况"]
    assert list(found["agency"]) == ["南京市公安局"]
    assert "四期业务培训班" in found["text"][0]
    assert repeated(raw)[2024] == 0.5
    assert pd.isna(repeated(raw)[2023])
    assert load("sections", store_of(raw), years=1999).empty


def test_the_share_repeated_follows_the_report_of_the_year_before(raw: Path) -> None:
    built(raw)
    put(raw, "old.html", report(2023, "今年的工作与往年完全不同了。"))
    built(raw)
    assert repeated(raw, years=2024) == {2024: 0.0}
    assert repeated(raw, years=2024, as_of=0) == {2024: 0.5}
    (raw / "old.html").unlink()
    put(raw, "manifest.csv", "".join(MANIFEST.splitlines(keepends=True)[::2]))
    built(raw)
    assert pd.isna(repeated(raw)[2024])


def test_another_agency_s_report_is_none_of_the_year_before(raw: Path) -> None:
    put(raw, "manifest.csv", MANIFEST.replace("old.html,南京市公安局", "old.html,南京市司法局"))
    built(raw)
    assert pd.isna(repeated(raw)[2024])


def test_the_share_repeated_goes_on_through_a_rename_of_the_agency(raw: Path) -> None:
    renamed = MANIFEST.replace("old.html,南京市公安局", "old.html,南京市环境保护局")
    put(raw, "manifest.csv", renamed.replace("new.html,南京市公安局", "new.html,南京市生态环境局"))
    built(raw)
    assert repeated(raw)[2024] == 0.5


def test_only_the_year_right_before_counts_as_repeated(raw: Path) -> None:
    put(raw, "old.html", report(2022, "坚持以公开为常态、不公开为例外。"))
    built(raw)
    assert load("sections", store_of(raw))["repeated"].isna().all()
    put(raw, "older.html", report(2023, "坚持以公开为常态、不公开为例外。"))
    put(raw, "manifest.csv", MANIFEST + "older.html,南京市公安局,320100,agency\n")
    built(raw)
    assert repeated(raw)[2024] == 0.5
    assert repeated(raw)[2023] == 1.0


def test_a_renamed_file_keeps_its_sections(raw: Path) -> None:
    built(raw)
    (raw / "old.html").rename(raw / "older.html")
    put(raw, "manifest.csv", MANIFEST.replace("old.html", "older.html"))
    summary = built(raw)
    assert (summary.read, summary.renamed) == (0, 1)
    assert repeated(raw)[2024] == 0.5


def test_the_store_keeps_how_many_figures_of_the_narrative_agree(raw: Path) -> None:
    put(raw, "new.html", report(2024, "我局收到政府信息公开申请58件，办结45件。"))
    built(raw)
    found = load("reports", store_of(raw)).set_index("year")
    columns = ["prose_agrees", "prose_disagrees"]
    assert list(found.loc[2024, columns]) == [1, 1]
    assert list(found.loc[2023, columns]) == [0, 0]


@pytest.mark.parametrize(
    "mark", ["（{}）", "({})", "{}. ", "{} ", "第{}部分", "第{}部分 ", "第{}章 "]
)
@pytest.mark.parametrize("numbers", ["15", "一五"])
def test_headings_may_be_numbered_in_another_way(mark: str, numbers: str) -> None:
    first, fifth = mark.format(numbers[0]) + "总体情况", mark.format(numbers[1]) + HEADINGS[4][2:]
    found = sections([first, "一切正常。", "（一）主动公开", "更新及时。", fifth, LATER])
    assert [(s.section, s.heading, s.text) for s in found] == [
        (1, first, "一切正常。\n（一）主动公开\n更新及时。"),
        (5, fifth, LATER),
    ]


@pytest.mark.parametrize("end", ["。", "：", ": "])
def test_a_known_heading_may_end_as_a_sentence_does(end: str) -> None:
    found = sections([f"一、总体情况{end}{FIRST}", f"{HEADINGS[4]}{end}", LATER])
    assert [(s.section, s.heading, s.text) for s in found] == [
        (1, HEADINGS[0], FIRST),
        (5, HEADINGS[4], LATER),
    ]


def test_a_heading_at_the_end_of_a_line_is_no_part_of_the_text() -> None:
    lines = [f"一、总体情况 {FIRST}二、主动公开政府信息情况", f"{HEADINGS[4]}一是{LATER}"]
    assert [(s.section, s.text) for s in sections(lines)] == [(1, FIRST), (5, f"一是{LATER}")]


def test_a_list_that_a_sentence_introduces_is_text_without_full_stops() -> None:
    told = ["下一步将从以下几个方面加以改进：", "1.加强培训", "2.完善机制"]
    found = sections([HEADINGS[4], *told, "（一）予以公开", "8 0 8", HEADINGS[5], "无"])
    assert [s.text for s in found] == ["\n".join(told), "无"]


def test_clauses_without_their_full_stop_are_text_and_labels_of_tables_are_not() -> None:
    told = ["（五）监督保障", "一是加强组织领导，二是强化业务培训，三是严格考核"]
    labels = [
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        "信息内容,本年制发件数,本年废止件数,现行有效件数",
    ]
    found = sections([HEADINGS[0], *told, HEADINGS[2], *labels, HEADINGS[5], "无", *("首页",) * 3])
    assert [s.text for s in found] == ["\n".join(told), "无"]
    below = ["无", "首页", "如需转载本站的内容，请事先与编辑部联系"]
    assert [s.text for s in sections([HEADINGS[5], *below])] == ["无"]


def test_sections_that_have_no_table_are_kept_whole() -> None:
    first = ["（一）主动公开", "公开信息120条", "（二）依申请公开", "收到申请3件"]
    fifth = ["存在问题", "内容不够丰富", "改进措施", "加强业务培训"]
    sixth = ["（一）收费情况", "未收取信息处理费", "首页", "打印本页"]
    found = sections([HEADINGS[0], *first, HEADINGS[4], *fifth, HEADINGS[5], *sixth])
    assert [s.text.split("\n") for s in found] == [first, fifth, sixth[:2]]


def test_a_superseded_report_or_one_of_another_scope_is_none_of_the_year_before(raw: Path) -> None:
    put(
        raw, "fuller.html", report(2023, "今年的工作与往年完全不同了。", "全年举办一期业务培训班。")
    )
    dated = MANIFEST.replace("scope", "scope,published").replace(
        ",agency\n", ",agency,2024-01-01\n"
    )
    put(raw, "manifest.csv", dated + "fuller.html,南京市公安局,320100,agency,2024-02-01\n")
    built(raw)
    assert repeated(raw, years=2024) == {2024: 0.0}
    put(raw, "manifest.csv", MANIFEST.replace("320100,agency", "320100,aggregate", 1))
    (raw / "fuller.html").unlink()
    built(raw)
    assert pd.isna(repeated(raw, years=2024)[2024])


def test_a_build_that_kept_no_sections_says_so_and_not_that_there_are_none(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"report.html": page()})
    built(raw)
    [commit] = (store_of(raw) / "reports" / "_delta_log").glob("*.json")
    commit.write_text(commit.read_text().replace("sections_version", "paragraphs_version"))
    with pytest.raises(ValueError, match="before sections were kept: build the store again"):
        load("sections", store_of(raw))


def test_tables_do_not_end_a_report_whose_headings_are_not_known() -> None:
    printed = "".join(map(html_table, SAMPLE))
    body = f"<p>{TITLE}</p><p>{FIRST}</p>{printed}<p>{LATER}</p><p>友情链接</p><p>{SECOND}</p>"
    assert rows(f"<html><body>{body}".encode()) == [(0, "", f"{FIRST}\n{LATER}")]
