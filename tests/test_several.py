"""Several tables of one kind are told apart by their headings, else flagged whole, never mixed."""

import pytest
from helpers import (
    APPLICANTS,
    DISCLOSURE,
    DISPUTES,
    REQUESTS,
    RESULTS,
    SAMPLE,
    Table,
    checks,
    docx,
    docx_table,
    figures,
    html,
    html_table,
    is_flagged,
    pipes,
    read,
    sample_truth,
    text,
    with_row,
    workbook,
    wrong_in_silence,
)

from analysis.documents.report import read_bytes

TRUTH = sample_truth()
TITLE = "云水市教育局2023年政府信息公开工作年度报告"
FORMATS = [html, docx, workbook, text, pipes]
formats = pytest.mark.parametrize("make", FORMATS, ids=[make.__name__ for make in FORMATS])


def other(table: Table) -> Table:
    """The table with all figures doubled: they add up, and are not the report's."""
    return [[str(2 * int(c)) if c.isdecimal() else c for c in row] for row in table]


OTHERS = [other(table) for table in SAMPLE]


def printed(make, *parts: str | Table) -> bytes | str:
    """Print texts and tables one below the other."""
    if make is html:
        body = (f"<p>{p}</p>" if isinstance(p, str) else html_table(p) for p in parts)
        return f"<html><body>{''.join(body)}".encode()
    if make is docx:
        paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
        body = (paragraph.format(p) if isinstance(p, str) else docx_table(p) for p in parts)
        return docx(body="".join(body))
    return make(*([[p]] if isinstance(p, str) else p for p in parts))


def left_out(report) -> list[str]:
    return [
        i.table for i in report.findings if i.check in ("other_year_table", "other_scope_table")
    ]


# ---- told apart ----


@formats
@pytest.mark.parametrize("heading", ["2022年度", "附：2022年数据", "上年度情况", "二〇二二年"])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_table_of_another_year_behind_this_years_is_left_out_by_its_heading(make, heading, which):
    parts = [*SAMPLE[: which + 1], heading, OTHERS[which], "四、其他事项", *SAMPLE[which + 1 :]]
    report = read(printed(make, TITLE, *parts))
    assert figures(report) == TRUTH and not checks(report)
    assert left_out(report) == [("disclosure", "requests", "disputes")[which]]
    assert report.facts["verified"]


@formats
def test_a_table_of_another_year_before_this_years_is_left_out_by_both_headings(make):
    report = read(
        printed(make, TITLE, DISCLOSURE, "2022年", OTHERS[1], "2023年", REQUESTS, DISPUTES)
    )
    assert figures(report) == TRUTH and left_out(report) == ["requests"] and not checks(report)


@formats
def test_a_heading_may_be_the_first_row_of_its_table(make):
    table = [["2022年度"], *OTHERS[1]]
    report = read(printed(make, TITLE, *SAMPLE, table))
    assert figures(report) == TRUTH and left_out(report) == ["requests"] and not checks(report)


@formats
def test_a_heading_over_chapters_reaches_over_all_of_their_tables(make):
    sections = ("一、主动公开政府信息情况", "二、收到和处理政府信息公开申请情况", "三、行政复议")
    own = [part for pair in zip(sections, SAMPLE, strict=True) for part in pair]
    others = [part for pair in zip(sections, OTHERS, strict=True) for part in pair]
    for parts in ((*own, "附：2022年度情况", *others), ("2022年", *others, "2023年", *own)):
        report = read(printed(make, TITLE, *parts))
        assert figures(report) == TRUTH and len(left_out(report)) == 3 and not checks(report)


def test_a_sheet_is_told_by_its_name():
    import openpyxl
    from helpers import saved

    book = openpyxl.Workbook()
    for name, tables in (("2022", OTHERS), ("2023", SAMPLE)):
        sheet = book.create_sheet(name)
        for row in [row for table in tables for row in [*table, []]]:
            sheet.append([float(c) if c.replace(".", "").isdecimal() else c or None for c in row])
    report = read_bytes(saved(book), given={"year": 2023})
    assert figures(report) == TRUTH and len(left_out(report)) == 3 and not checks(report)


@formats
def test_a_year_in_the_labels_tells_as_a_heading_does(make):
    named = [[c.replace("本年制发", "本年(2022)制发") for c in row] for row in OTHERS[0][:3]]
    report = read(printed(make, TITLE, *SAMPLE, named))
    assert figures(report) == TRUTH and left_out(report) == ["disclosure"]


@pytest.mark.parametrize("labels", [("2022年", "2023年"), ("2023年", "2022年")])
def test_lines_of_disputes_are_told_apart_by_their_labels(labels):
    lines = {"2023年": DISPUTES[3], "2022年": OTHERS[2][3]}
    table = [["年度", *DISPUTES[0]], *(["", *row] for row in DISPUTES[1:3])]
    table += [[label, *lines[label]] for label in labels]
    report = read(printed(html, TITLE, DISCLOSURE, REQUESTS, table))
    assert figures(report) == TRUTH and not checks(report)


@formats
@pytest.mark.parametrize(("mark", "own"), [("（本级）", "本机关"), ("（汇总）", "全市汇总")])
def test_scopes_are_told_apart_where_the_title_names_one(make, mark, own):
    rest = {"本机关": "全市汇总", "全市汇总": "本机关"}[own]
    report = read(printed(make, TITLE + mark, rest, *OTHERS, own, *SAMPLE))
    assert checks(report) <= {"several_tables"} and not wrong_in_silence(report)
    parts = [part for n in range(3) for part in (rest, OTHERS[n], own, SAMPLE[n])]
    report = read(printed(make, TITLE + mark, *parts))
    assert figures(report) == TRUTH and not checks(report)
    assert checks(report, "warning") == {"other_scope_table"}


@formats
def test_bodies_are_told_apart_where_one_is_the_titles_own(make):
    names = ("云水市档案局", "云水市教育局")
    parts = [p for n in range(3) for p in (names[0], OTHERS[n], names[1], SAMPLE[n])]
    report = read(printed(make, TITLE, *parts))
    assert figures(report) == TRUTH and not checks(report)


def test_what_the_manifest_gives_tells_where_the_document_does_not():
    parts = [p for n in range(3) for p in ("全市汇总", OTHERS[n], "本机关", SAMPLE[n])]
    data = printed(html, TITLE, *parts)
    assert checks(read(data)) == {"several_tables"}
    assert figures(read_bytes(data, given={"scope": "agency"})) == TRUTH
    years = printed(
        html, *(p for n in range(3) for p in ("2022年", OTHERS[n], "2023年", SAMPLE[n]))
    )
    assert checks(read(years)) == {"several_tables"}
    assert figures(read_bytes(years, given={"year": 2023})) == TRUTH


# ---- the same table twice ----


@formats
def test_the_same_table_twice_is_read_once(make):
    report = read(make(*SAMPLE, REQUESTS))
    assert figures(report) == TRUTH and report.facts["verified"]
    assert checks(report, "info") == {"same_table_twice"}


@formats
def test_a_table_that_repeats_only_some_rows_is_not_the_same(make):
    report = read(make(*SAMPLE, REQUESTS[:9]))
    assert checks(report) == {"several_tables"}


# ---- flagged ----


@formats
@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_tables_that_no_heading_tells_apart_are_flagged_whole(make, before, which):
    tables = [[table] for table in SAMPLE]
    tables[which] = [OTHERS[which], SAMPLE[which]][:: 1 if before else -1]
    report = read(printed(make, TITLE, *(table for some in tables for table in some)))
    kind = ("disclosure", "requests", "disputes")[which]
    assert {key[0] for key in TRUTH if is_flagged(report, key)} == {kind}
    assert checks(report) == {"several_tables"} and not wrong_in_silence(report)
    message = next(i for i in report.findings if i.check == "several_tables")
    assert message.message.count(message.cell) == 1 and "; t" in message.message


@formats
def test_a_row_that_one_table_lacks_is_never_taken_from_another(make):
    lacking = [row for row in REQUESTS if row[0] not in ("2.重复申请", "（一）予以公开")]
    report = read(make(DISCLOSURE, lacking, OTHERS[1], DISPUTES))
    assert "missing_row" in checks(report)
    assert not {key for key in figures(report) if key[1] in ("unprocessed_duplicate", "granted")}
    own = read(printed(make, TITLE, DISCLOSURE, lacking, "2022年", OTHERS[1], DISPUTES))
    assert "missing_row" in checks(own)
    assert not {key for key in figures(own) if key[1] in ("unprocessed_duplicate", "granted")}


@formats
def test_rows_that_begin_again_under_one_header_are_a_second_table(make):
    lacking = [row for row in REQUESTS if row[0] != "一、本年新收政府信息公开申请数量"]
    report = read(make(DISCLOSURE, [*lacking, *OTHERS[1][1:]], DISPUTES))
    assert "several_tables" in checks(report) and not wrong_in_silence(report)


@pytest.mark.parametrize("make", [html, docx])
def test_a_second_table_without_a_header_is_never_dropped_in_silence(make):
    report = read(make(DISCLOSURE, OTHERS[1], REQUESTS[1:], DISPUTES))
    assert "several_tables" in checks(report) and not wrong_in_silence(report)


@formats
@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("2022年", "2023年"),
        ("2022年数据", "2023年数据"),
        ("图：2022年", "图：2023年"),
        ("图1 2022年", ""),
    ],
)
def test_headings_below_their_tables_are_no_headings_of_the_next(make, before, behind):
    below = [part for part in (OTHERS[1], before, REQUESTS, behind) if part]
    report = read(printed(make, TITLE, DISCLOSURE, *below, "四、其他事项", DISPUTES))
    assert "several_tables" in checks(report) and not wrong_in_silence(report)


@formats
def test_a_line_with_the_reports_year_elsewhere_leaves_headings_above_their_tables(make):
    parts = ("2023年度", "现将有关情况公布如下。", DISCLOSURE, REQUESTS, "2022年", OTHERS[1])
    report = read(printed(make, TITLE, *parts, "四、其他事项", DISPUTES))
    assert figures(report) == TRUTH and left_out(report) == ["requests"] and not checks(report)


@formats
@pytest.mark.parametrize(
    "heading",
    ["2022年我局共收到申请58件，同比增长。", "注：2022年", "2022年与2023年对比", "其他情况"],
)
def test_a_sentence_a_note_or_a_comparison_tells_nothing(make, heading):
    report = read(printed(make, TITLE, *SAMPLE[:2], heading, OTHERS[1], DISPUTES))
    assert checks(report) == {"several_tables"}


@formats
@pytest.mark.parametrize(
    "between",
    [
        [["1.本机关不掌握相关政府信息"], ["2.没有现成信息需要另行制作"]],
        [["项目", "本机关", "各部门"], ["会议", "1", "2"]],
        [["本机关工作回顾"], ["全年组织培训3次，更新公开指南1次。"]],
    ],
    ids=["labels of rows", "another table", "what a sentence parts from the table"],
)
def test_what_is_no_heading_of_a_table_tells_nothing_about_its_scope(make, between):
    parts = [OTHERS[0], between, DISCLOSURE, REQUESTS, DISPUTES]
    assert "several_tables" in checks(read(printed(make, TITLE + "（汇总）", *parts)))


@formats
def test_the_only_table_of_its_kind_under_another_years_heading_is_flagged(make):
    report = read(printed(make, TITLE, DISCLOSURE, "2022年度", REQUESTS, "三、其他", DISPUTES))
    assert checks(report) == {"doubtful_year"} and figures(report) == TRUTH
    assert {key[0] for key in TRUTH if is_flagged(report, key)} == {"requests"}


@formats
def test_this_years_missing_table_is_not_replaced_by_another_years(make):
    sections = ("一、主动公开政府信息情况", "二、收到和处理政府信息公开申请情况", "三、行政复议")
    own = [sections[0], DISCLOSURE, sections[2], DISPUTES]
    others = [part for pair in zip(sections, OTHERS, strict=True) for part in pair]
    report = read(printed(make, TITLE, *own, "附：2022年度情况", *others))
    assert checks(report) == {"doubtful_year"} and not wrong_in_silence(report)


@formats
def test_issues_of_a_table_that_is_left_out_flag_nothing(make):
    broken = with_row(OTHERS[1], "（一）予以公开", "（一）予以公开", "8", "x")
    report = read(printed(make, TITLE, *SAMPLE, "2022年度", broken))
    assert not checks(report) and figures(report) == TRUTH


# ---- no copy ----


@formats
@pytest.mark.parametrize("again", [False, True])
def test_a_table_cut_by_a_break_under_a_running_head_is_one(make, again):
    second = [REQUESTS[0], *REQUESTS[14:]] if again else REQUESTS[14:]
    report = read(printed(make, TITLE, DISCLOSURE, REQUESTS[:14], TITLE, second, DISPUTES))
    assert figures(report) == TRUTH and not report.findings


@formats
@pytest.mark.parametrize(
    "table",
    [
        [["类别", "去年", "今年"], ["行政许可", "700", "812"], ["行政处罚", "20", "31"]],
        [["指标", "2022年", "2023年"], ["本年新收政府信息公开申请数量", "29", "58"]],
        [["申请情况", "2022年", "2023年"], ["（一）予以公开", "7", "15"], ["总计", "27", "55"]],
        [["年度", *RESULTS], ["2022年", *"11114"], ["2023年", "6", "2", "1", "3", "12"]],
        [["年度", *APPLICANTS], ["2022年", *"1111116"], ["2023年", *"2222220"]],
    ],
    ids=["this and last year", "years", "requests by year", "disputes by year", "applicants"],
)
@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_comparison_of_years_is_never_read_as_the_form(make, table, at):
    parts = [*SAMPLE[:at], "近两年情况如下：", table, "以下为有关数据。", *SAMPLE[at:]]
    assert not wrong_in_silence(read(printed(make, TITLE, *parts)))


@formats
@pytest.mark.parametrize(
    "sentence",
    [
        "2022年我局主动公开情况如下表所示，供参考。",
        "2022年数据如下表所示，2023年数据见附件。",
        "2022年，我局认真办理各项申请。数据见表。",
        "统计期限为2022年1月1日至2022年12月31日，情况如下：",
    ],
)
def test_a_sentence_of_another_year_right_above_the_only_table_puts_it_in_doubt(make, sentence):
    report = read(printed(make, TITLE, DISCLOSURE, sentence, REQUESTS, "三、其他", DISPUTES))
    assert checks(report) == {"doubtful_year"}
    assert is_flagged(report, ("requests", "granted", "total"))


@formats
@pytest.mark.parametrize(
    "sentence",
    [
        "根据2019年修订的《条例》，情况统计如下。",
        "2023年情况如下表所示，2022年有所不同。",
        "2022年有关情况如下，与2023年相比有所增加。",
        "我局2022年完成改版，更新指南。",
        "根据国办公开办函〔2021〕30号文件要求统计情况如下：",
        "上年结转4件，本年新收58件，具体如下：",
        "2022年结转4件，2023年新收58件，具体如下：",
        "自2008年《条例》施行以来，我局公开情况如下：",
        "二〇二四年一月",
        "2019年机构改革后，情况如下：",
        "统计期限为2023年1月1日至2023年12月31日，情况如下：",
    ],
)
def test_a_sentence_that_gives_no_other_year_for_a_table_puts_it_in_no_doubt(make, sentence):
    report = read(printed(make, TITLE, DISCLOSURE, sentence, REQUESTS, "三、其他", DISPUTES))
    assert not checks(report)


@pytest.mark.parametrize("make", [html, docx])
def test_rows_without_a_header_behind_a_whole_table_are_left_out_with_a_note(make):
    report = read(make(DISCLOSURE, REQUESTS, REQUESTS[4:6], DISPUTES))
    assert checks(report, "info") == {"rows_left_out"} and figures(report) == TRUTH


@pytest.mark.parametrize("make", [html, docx])
def test_a_row_printed_twice_in_a_table_begins_no_other_table(make):
    twice = [*REQUESTS[:6], REQUESTS[5], *REQUESTS[6:]]
    report = read(make(DISCLOSURE, twice, REQUESTS[4:6], DISPUTES))
    assert not checks(report) and figures(report) == TRUTH
    assert checks(report, "info") == {"rows_left_out"}


# ---- the only tables of a report ----


@formats
@pytest.mark.parametrize(
    ("heading", "check"),
    [
        ("2022年度政府信息公开情况统计表", "doubtful_year"),
        ("22年度", "doubtful_year"),
        ("统计年度：2022", "doubtful_year"),
        ("统计时间：2022.1.1-2022.12.31", "doubtful_year"),
        ("2022年，我局认真办理各项申请。", "doubtful_year"),
        ("云水市教育局2022年政府信息公开工作年度报告", "doubtful_year"),
        ("附件：云水市公安局2023年数据", "doubtful_body"),
        ("填报单位：云水市公安局", "doubtful_body"),
        ("云水市公安局2023年政府信息公开工作年度报告", "doubtful_body"),
        ("2023年第四季度", "other_figures"),
        ("历年累计", "other_figures"),
        ("样表（仅供参考）", "other_figures"),
    ],
)
def test_a_heading_that_is_not_the_reports_reaches_over_all_tables_below_it(make, heading, check):
    report = read(printed(make, TITLE, heading, *SAMPLE))
    found = {(i.check, i.table) for i in report.findings if i.severity == "error"}
    assert found >= {(check, table) for table in ("disclosure", "requests", "disputes")}


@pytest.mark.parametrize(
    ("label", "check"),
    [
        ("行政许可（2022年）", "doubtful_year"),
        ("行政许可（罚款金额，万元）", "missing_row"),
        ("行政许可（不予许可）", "missing_row"),
        ("行政许可（市级）", "missing_row"),
    ],
)
@formats
def test_a_note_that_changes_what_a_row_counts_is_no_mere_note(make, label, check):
    report = read(printed(make, TITLE, with_row(DISCLOSURE, "行政许可", label, "812"), *SAMPLE[1:]))
    assert check in checks(report)
    assert is_flagged(report, ("disclosure", "licensing", "decisions"))


def test_a_note_below_that_gives_another_year_and_a_correction_are_told():
    page = printed(html, TITLE, *SAMPLE).decode()
    for note in ("注：以上为2022年数据。", "（以上为2022年度数据）", "上表系2022年度统计数据"):
        assert checks(read(page + f"<p>{note}</p>")) == {"note_of_another_year"}
    assert not checks(read(page + "<p>（以上为2023年度数据）</p>"))
    corrected = read(page + "<p>更正：行政许可应为821件。</p>")
    assert checks(corrected, "warning") == {"correction_notice"} and figures(corrected) == TRUTH
    assert not checks(read(page + "<p>注：以上数据不含2022年结转。2023年另行统计。</p>"))


@formats
@pytest.mark.parametrize(
    "sentence",
    [
        "本机关无行政复议、行政诉讼。所属单位情况如下：",
        "下属学校收费情况",
        "云水市公安局代理案件情况",
    ],
)
def test_the_only_table_of_a_body_below_the_reports_is_flagged(make, sentence):
    report = read(
        printed(make, TITLE, *SAMPLE[:2], "四、行政复议、行政诉讼情况", sentence, DISPUTES)
    )
    assert checks(report) == {"doubtful_body"}


def test_the_headline_of_a_page_tells_its_year_not_a_list_of_links_above_it():
    others = "".join(f"<li>{TITLE.replace('2023', year)}</li>" for year in ("2024", "2022"))
    page = f"<body><ul>{others}</ul><h1>{TITLE}</h1>".encode()
    report = read(html(*SAMPLE).replace(b"<body>", page))
    assert report.facts["year"] == 2023 and not checks(report)


def test_a_page_whose_tables_stand_below_another_years_title_is_flagged():
    head = f"<meta name=ArticleTitle content={TITLE}>"
    page = f"<body><p>{TITLE.replace('2023', '2022')}</p>".encode()
    report = read(html(*SAMPLE, head=head).replace(b"<body>", page))
    assert checks(report) == {"doubtful_year"}


@formats
@pytest.mark.parametrize("corner", ["申请情况（2022年）", "2022年申请情况"])
def test_a_year_over_the_labels_of_a_table_is_that_of_its_figures(make, corner):
    table = [[corner, *REQUESTS[0][1:]], *REQUESTS[1:]]
    report = read(printed(make, TITLE, DISCLOSURE, table, DISPUTES))
    assert is_flagged(report, ("requests", "granted", "total"))


@formats
def test_of_a_table_printed_twice_with_the_same_figures_the_own_one_is_read(make):
    twice = ("云水市公安局情况", DISCLOSURE, "云水市教育局情况", DISCLOSURE)
    report = read(printed(make, TITLE, *twice, "三、收到和处理政府信息公开申请情况", *SAMPLE[1:]))
    assert figures(report) == TRUTH and not checks(report)


@pytest.mark.parametrize(
    "last_line",
    [
        "2022年度决算公开情况",
        "2022年：1890条",
        "较2022年，我局主要工作如下：",
        "上年度问题整改情况",
        "下属单位信息公开情况",
    ],
)
def test_the_end_of_a_section_says_nothing_of_the_tables_in_the_next(last_line):
    page = printed(html, TITLE, "一、总体情况", last_line, "二、主动公开政府信息情况", *SAMPLE)
    assert not checks(read(page))


@pytest.mark.parametrize(
    "note",
    [
        "注：以上数据不含2022年受理的案件。",
        "备注：表中数据与2022年年报口径一致。",
        "说明：本表中上年结转为2022年年报结转数。",
        "更正公告及时发布3条，勘误1条。",
    ],
)
def test_an_ordinary_note_puts_nothing_in_doubt(note):
    page = printed(html, TITLE, *SAMPLE).decode() + f"<p>{note}</p>"
    assert not checks(read(page)) and not checks(read(page), "warning") - {"agency_unknown"}


def test_units_of_the_section_before_are_none_of_a_tables():
    page = printed(html, TITLE, "一、总体情况", "单位：万次", "二、主动公开政府信息情况", *SAMPLE)
    assert not checks(read(page))


@pytest.mark.parametrize(
    ("agency", "name"),
    [
        ("云水市人力资源和社会保障局", "市人社局"),
        ("云水市住房和城乡建设局", "市住建局"),
        ("云水市卫生健康委员会", "市卫健委"),
        ("云水市人民政府办公室", "市政府办公室"),
        ("云水市人民政府", "云水市政府办公室"),
    ],
)
def test_a_body_may_be_named_the_short_way(agency, name):
    title = TITLE.replace("云水市教育局", agency)
    report = read(printed(html, title, f"{name}2023年度数据", *SAMPLE))
    assert not checks(report)


@formats
@pytest.mark.parametrize("head", ["2022年申请人情况", "上年申请人情况", "申请人情况（上年）"])
def test_a_heading_over_all_columns_of_a_table_is_heeded(make, head):
    table = [["申请情况", *[head] * 7], *REQUESTS]
    report = read(printed(make, TITLE, DISCLOSURE, table, DISPUTES))
    assert is_flagged(report, ("requests", "granted", "total"))
