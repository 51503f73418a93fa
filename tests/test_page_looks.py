"""A page's figure is what is seen, or it is no figure: sizes, order, and what styles print."""

import pytest
from helpers import REQUESTS, SAMPLE, html, read, sample_truth, with_row, wrong_in_silence

from analysis.documents import readers
from analysis.documents.numbers import Figure, parse_count


def figure_in(cell: str, style: str = "") -> Figure:
    cell = cell if cell.startswith("<td") else f"<td>{cell}</td>"
    page = f"<html><head><style>{style}</style></head><table><tr>{cell}</tr></table>"
    printed = readers.read(page.encode()).grids[0].cells[0][0]
    return parse_count(printed.text if printed else "")


# ---- pieces of one figure ----


@pytest.mark.parametrize(
    "behind",
    [
        *("<font size=1>1</font>", "<font size=-2>1</font>", "<small>1</small>"),
        *(
            f'<span style="font-size:{size}">1</span>'
            for size in ("8px", "6.0pt", ".6em", "60%", "smaller", "14px", "calc(1em - 9px)")
        ),
        *('<span style="font:8px Arial">1</span>', '<b><i style="font-size:60%">1</i></b>'),
        '<span style="display:none">x</span><small>1</small>',
    ],
)
def test_a_digit_smaller_than_those_before_it_is_no_digit_of_the_figure(behind):
    assert figure_in(f"195{behind}").state == "text"
    assert figure_in(f'<span style="font-size:16px">195</span>{behind}').state == "text"


@pytest.mark.parametrize(
    "look",
    [
        *("position:relative;top:-4px", "position:relative;bottom:3pt", "vertical-align:sub"),
        *("vertical-align:3px", "vertical-align:40%", "vertical-align:middle", "zoom:0.4"),
        *("font-size-adjust:0.2", "border-left:12px solid white", "letter-spacing:-12px"),
        *("font-variant-position:super", "mask-image:url(#m)", "zoom:0.01"),
        *("margin-left:20px", "padding:0 9px", "float:right", "position:absolute"),
    ],
)
def test_a_digit_that_is_raised_or_set_off_is_no_digit_of_the_figure(look):
    assert figure_in(f'195<span style="{look}">1</span>').state == "text"
    assert figure_in("195<i class=n>1</i>", f"td .n {{ {look} }}").state == "text"


@pytest.mark.parametrize(
    "cell",
    [
        *("<font size=2>62</font>", "<small>62</small>", '<td style="font-size:8px">62</td>'),
        '<span style="font-size:10px">6</span><span style="font-size:10px">2</span>',
        '<span style="font-size:10.5pt">6</span><span style="font-size:14px">2</span>',
        '<span style="font-size:10.5pt">6</span><span style="font-size:11pt">2</span>',
        '<span style="letter-spacing:-.3pt">6</span>2',
        '<span style="border:none">6</span>2',
        '<span style="position:relative;top:2px">6<b>2</b></span>',
        '<span style="vertical-align:middle">6<b>2</b></span>',
        '<p style="margin-left:-5.4pt">6<span style="color:black">2</span></p>',
        *('<td look="hidden">62</td>', '<td style="overflow:hidden;width:9px">62</td>'),
        '<div style="overflow:hidden;width:60px;height:16px">62</div>',
        *('<p style="float:left">62</p>', '<p style="position:relative">62</p>'),
    ],
)
def test_a_figure_of_one_size_on_one_line_is_one_figure_whatever_cuts_it(cell):
    assert figure_in(cell).value == 62


@pytest.mark.parametrize("name", ["hide", "d-none d-md-inline", "sr-only", "hidden-xs", "u-hidden"])
def test_a_piece_that_a_sheet_not_at_hand_may_hide_is_no_part_of_the_figure(name):
    assert figure_in(f'<span class="{name}">7</span>812').state == "text"
    assert figure_in(f'<span class="{name}">812</span>').value == 812
    assert figure_in(
        f'<span class="{name}">7</span>812', f".{name.split()[0]}{{display:none}}"
    ).value


def test_a_cell_that_is_laid_out_as_a_block_is_cut_off_as_one():
    look = "overflow:hidden;height:1px"
    assert figure_in(f'<td style="{look};display:block">62</td>').state == "text"
    assert figure_in(f'<td style="{look}">62</td>').value == 62


def test_a_note_in_small_print_leaves_its_figure():
    assert figure_in("22<small>（其中修订16件）</small>").value == 22


# ---- what is seen otherwise than it stands ----


@pytest.mark.parametrize(
    "look",
    [
        *("direction:rtl", "unicode-bidi:bidi-override", "transform:scaleX(-1)"),
        *("display:flex;flex-direction:row-reverse", "position:absolute;left:30px", "order:-1"),
        *("position:relative;left:-60px", "margin-left:-60px", "margin:0 0 -2em"),
        *("text-indent:-9999px", "text-indent:100%", "opacity:.05", "font:0/0 a", "font-size:1px"),
        *("clip:rect(0,0,0,0)", "clip-path:inset(50%)", "color:#fefefe"),
        *("color:transparent", "color:rgba(0,0,0,0)", "background:#ccc;color:#cdcdcd"),
        *("text-decoration:underline line-through", "filter:opacity(0)", "grid-row:2"),
    ],
)
def test_what_may_be_seen_elsewhere_or_not_at_all_is_no_figure(look):
    assert figure_in(f'<span style="{look}">62</span>').state == "text"
    assert figure_in("<i class=x>62</i>", f".x {{ {look} }}").state == "text"
    assert figure_in(f'<td style="{look}">62</td>').state == "text"


@pytest.mark.parametrize(
    "cell",
    [
        *('<td dir="rtl">62</td>', '<span dir="RTL">62</span>', "\u202e62\u202c", "\u200f-62"),
        *('<td style="float:right">62</td>', '<span style="float:right">6</span>2'),
        '<td bgcolor="#cccccc"><font color="#cccccc">62</font></td>',
        '<span style="visibility:hidden">6<b style="visibility:visible">2</b></span>',
        *("<ol><li>62</ol>", "<ol start=3><li></ol>", '<ul style="list-style:decimal"><li>6</ul>'),
        *("<input type=button value=5>", "<input placeholder=5>", "<progress value=5></progress>"),
        *("<meter value=5>5</meter>", "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"),
        *('<td background="62.gif"></td>', '<i style="background:url(62.gif)"></i>'),
        '<input value=62 style="color:white">',
        *(
            f'<div style="overflow:hidden;{size}">62</div>'
            for size in ("width:0", "width:12px", "max-width:1em", "height:4px")
        ),
        *("<xml>62</xml>", "<marquee>62</marquee>"),
        *("<details><summary>6</summary></details>", "<canvas>5</canvas>", "<iframe></iframe>"),
    ],
)
def test_what_is_drawn_turned_or_numbered_by_the_page_is_no_figure(cell):
    assert figure_in(cell).state == "text"


@pytest.mark.parametrize(
    "colour",
    [
        *("#ffffffff", "#fff0", "#0000", "#00000010", "rgb(100%,100%,100%)", "rgb(100% 100% 100%)"),
        *("rgb(255 255 255 / 1)", "rgb(0 0 0 / 5%)", "hsl(0,0%,100%)", "hsla(0,0%,0%,0)"),
        *("hwb(0 100% 0%)", "oklch(1 0 0)", "oklab(99% 0 0)", "lab(100% 0 0)", "lch(99 0 0)"),
        *("color(srgb 1 1 1)", "color(display-p3 1 1 1)", "color-mix(in srgb, white, white)"),
        *("light-dark(white, black)", "rgb(from white r g b)", "window", "lightcyan", "nosuch"),
        *("var(--w)", "var(--none)", "var(--none, #fff)", "VAR( --v )", "#ff\\66"),
    ],
)
def test_a_colour_in_any_notation_is_that_of_paper_or_in_doubt(colour):
    page = f":root {{ --w: #fff; --v: var(--w) }} .x {{ color: {colour} }}"
    assert figure_in("<i class=x>62</i>", page).state == "text"
    assert (
        figure_in(f'<span style="--w:white;--v:var(--w);color:{colour}">62</span>').state == "text"
    )
    assert figure_in(f'<td style="--w:white;--v:var(--w);color:{colour}">62</td>').state == "text"


@pytest.mark.parametrize(
    "colour",
    [
        *("#000000ff", "#333f", "rgb(0%,0%,0%)", "rgb(0 0 0 / 90%)", "hsl(0,100%,40%)", "navy"),
        *("oklch(0.2 0.03 260)", "windowtext", "inherit", "currentcolor", "initial", "unset"),
        *("auto", "var(--w)", "var(--none, #333)", "var(--none, var(--w))", "Red", "#333\\9"),
        *("light-dark(black, white)", "rgb(51, 51, 51) !important", "hwb(200 10% 40%)"),
    ],
)
def test_a_colour_that_is_seen_leaves_its_figure(colour):
    page = f":root {{ --w: #036 }} .x {{ color: {colour} }}"
    assert figure_in("<i class=x>62</i>", page).value == 62
    assert figure_in(f'<span style="--w:#036;color:{colour}">62</span>').value == 62
    assert figure_in(f'<td style="--w:#036;color:{colour}">62</td>').value == 62


@pytest.mark.parametrize(
    ("page", "is_seen"),
    [
        ('<table style="color:#fff"><tr><td>62', False),
        ('<div style="color:#fff"><table><tr><td>62', False),
        ('<div style="color:#fff"><table><tr><td style="color:#333">62', True),
        ('<div style="color:#fff"><table style="background:#036"><tr><td>62', True),
        ('<div style="background:#000;color:#fff"><table bgcolor="white"><tr><td>62', False),
        ("<body bgcolor=black text=white><table><tr><td>62", True),
        ("<body text=white><table><tr><td>62", False),
        ('<table><tr><td bgcolor="#000000">62', False),
        ('<table><tr><td bgcolor="black"><font color="FFFFFF">62', True),
        ('<table><tr><td><font color="FFFFFF">62', False),
        ('<table><tr><td bgcolor="#e6e6e6"><font color="#000000">62', True),
        ('<table><tr style="background:#111"><td><span style="color:#222">62', False),
        ('<table><tr style="background:linear-gradient(#06c,#048);color:#fff"><td>62', True),
        ('<table><tr style="background:linear-gradient(#06c,#fff);color:#fff"><td>62', False),
        ('<table><tr style="background:rgba(0,0,0,.05)"><td style="color:#036">62', True),
        ('<table><tr><td style="background:color-mix(in srgb,red,blue)">62', False),
        ('<table><tr><td><i style="color:#fff!important;color:#000">62', False),
        ('<table><tr><td><i style="color:#fff;color:">62', False),
        ('<table><tr><td><i style="color:#fff;visibility:visible">62', False),
        ('<table><tr style="visibility:hidden"><td>62', False),
        ('<table><tbody style="visibility:hidden"><tr><td>62', False),
    ],
)
def test_a_colour_is_held_against_the_ground_that_it_stands_on(page, is_seen):
    grid = readers.read(f"<!doctype html><html>{page}".encode()).grids[0]
    assert (parse_count(grid.cells[0][0].text).value == 62) is is_seen


@pytest.mark.parametrize(
    ("style", "seen"),
    [
        *((f"@media {query}{{.a{{display:none}}}}", 62) for query in ("print", "not screen")),
        *((f"@media {query}{{.a{{display:none}}}}", 2) for query in ("all", "not print")),
        ("@media (max-width:9999px){.a{display:none}}", 2),
        ("@media screen and (max-width:767.98px){.a{display:none}}", 62),
        ("@media (min-width:1400px){.a{display:none}}", None),
        ("@media (max-width:90em){.a{display:none}}", None),
        ("@media (width >= 600px){.a{display:none}}", 2),
        ("@media (prefers-color-scheme:dark){td{color:#fff}}", 62),
        ("@media (some-feature){.a{display:none}}", None),
        ("@media screen{@media print{.a{display:none}}}", 62),
        *(("td{ & .a{display:none} }", 2), ("td{ .a{display:none} color:#333 }", 2)),
        *(("td{ > .a{display:none} }", 2), (".z{ & .a{display:none} }", 62)),
        ("td{ @media screen{ .a{display:none} } }", 2),
        ("@scope (body){.a{display:none}}", None),
        ("@container (min-width:1px){.a{display:none}}", None),
        ("@supports not (display:grid){.a{display:none}}", None),
        ("@layer q{.a{display:none}} .a{display:inline}", 62),
        (".a{display:inline} @layer q{td .a{display:none}}", 62),
        ("@layer q, r; @layer r{.a{display:inline}} @layer q{td .a{display:none}}", 62),
        ("@keyframes a{from{opacity:0}} @page{margin:0} @list l0{display:none}", 62),
        *((".a{d\\69splay:none}", 2), (".\\61{display:none}", 2), (".a{display:n\\6fne}", 2)),
        *((".A{display:none}", 2), ("#N{display:none}", 2), ("SPAN.a{display:NONE}", 2)),
        *((".a{display:none;display:inline}", 62), (".a{display:none!ie}", 62)),
        *((".a{*display:none}", 62), (".a{display:none\\9}", 62), (".a{display:nothing}", None)),
        *((".a{--d:none;display:var(--d)}", 2), (".a{display:var(--none)}", None)),
        *((":root{--d:none} .a{display:var(--d)}", 2), (".a{opacity:-1}", None)),
        *((".a{opacity:var(--none)}", None), (".a{font-size:calc(1px - 1px)}", None)),
        (".a{opacity:1;display:none} .a:first-of-type{display:inline!important}", None),
        *((".a{visibility:gone}", None), (".a:first-of-type{opacity:0}", None)),
        *((".a:not(td .b){display:none}", 2), (".a:nth-child(1 of .a){display:none}", None)),
        *((":scope .a{display:none}", 2), (".a:focus-within{display:none}", 62)),
        *((".a::-webkit-scrollbar{display:none}", 62), (".a::selection{color:#fff}", 62)),
        ('.b{content:"}"} .a{display:none}', 2),
        ('.b{content:"{"} .a{display:none}', 2),
        ('.b{content:"/*"} .a{display:none} .c{content:"*/"}', 2),
        ("</style><style media=print>.a{display:none}", 62),
        (".b{color:red</style><style>.a{display:none}", 2),
        ("(" * 9999, 62),
        (".a{opacity:0;color:" + "(" * 9999, None),
    ],
)
def test_a_style_sheet_means_what_it_means_to_a_browser_or_is_in_doubt(style, seen):
    assert figure_in("<span class=a id=n>6</span>2", style).value == seen


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        *(
            ("", "2"),
            ("<!DOCTYPE html>", "62"),
            ("<?xml version='1.0'?><!-- a --><!doctype HTML>", "62"),
        ),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://a/b.dtd">', "62"),
        ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN">', "2"),
        ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">', "2"),
        ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://a/b.dtd">', "62"),
    ],
)
def test_names_of_classes_are_exact_on_pages_that_declare_a_type_of_today(doctype, text):
    page = f"{doctype}<style>.A{{display:none}}</style><table><tr><td><i class=a>6</i>2</table>"
    assert readers.read(page.encode()).grids[0].cells[0][0].text == text


@pytest.mark.parametrize(
    "style",
    [
        *("d\\69splay:none", "display:none/**/", "/**/display:none", "display:no\\6e e"),
        "{display:none};display:none",
    ],
)
def test_an_escape_or_a_comment_in_a_style_hides_nothing_from_the_reader(style):
    assert figure_in(f'<span style="{style}">6</span>2').value == 2


def test_a_page_as_templates_make_it_is_read_as_it_is():
    style = """
        :root { --bs-body-color: #212529; --bs-table-bg: transparent; --gap: 1rem }
        body { color: var(--bs-body-color); background-color: var(--bs-body-bg, #fff) }
        .table { --bs-table-color: var(--bs-body-color); width: 100%; margin-bottom: var(--gap) }
        .table > :not(caption) > * > * { padding: .5rem; background-color: var(--bs-table-bg);
            color: var(--bs-table-state, var(--bs-table-color)) }
        .table-striped > tbody > tr:nth-of-type(odd) > * { background: rgba(0, 0, 0, .05) }
        .table-hover > tbody > tr:hover > * { color: #fff }
        @media (max-width: 767.98px) { .table td { display: block; color: #fff } }
        @media print { .table { display: none } } .menu { display: none } a::before { color: red }
        @media (prefers-color-scheme: dark) { td { color: #fff } }
        table thead th { background: #0d6efd linear-gradient(#0d6efd, #0a58ca); color: #fff }
        .MsoNormal { mso-style-parent: ""; font-size: 10.5pt; mso-font-kerning: 1.0pt }
    """
    rows = "<thead><tr><th>7</th></tr></thead><tbody><tr><td><p class=MsoNormal>62</p></td></tr>"
    page = f"<!doctype html><style>{style}</style><table class='table table-striped'>{rows}</table>"
    grid = readers.read(page.encode()).grids[0]
    assert [grid.cells[n][0].text for n in (0, 1)] == ["7", "62"]


@pytest.mark.parametrize(
    ("around", "is_one_figure"),
    [
        ('<tr style="display:flex;flex-direction:row-reverse">', False),
        ('<tr style="position:relative;top:40px">', False),
        ('<tr style="color:#fff">', False),
        ('<tr style="color:#fff;background:#06c">', True),
        ('<div style="opacity:0"><table><tr>', False),
        ('<div dir="rtl"><table><tr>', False),
        ('<table><col style="visibility:collapse"><tr>', False),
        ('<table><col style="display:none;width:0"><tr>', True),
        ('<div style="position:absolute;left:40px;top:300px"><table><tr>', True),
        ('<table style="float:left;margin-left:-5.4pt"><tr>', True),
    ],
)
def test_what_stands_around_a_cell_counts_as_far_as_it_moves_cells(around, is_one_figure):
    around = around if "<table" in around else f"<table>{around}"
    grid = readers.read(f"<html>{around}<td>62</td>".encode()).grids[0]
    assert (parse_count(grid.cells[0][0].text).value == 62) is is_one_figure


# ---- what styles and scripts print ----


@pytest.mark.parametrize(
    "style",
    [
        *('.a::before{content:"5"}', "td:after{content:'件5'}", ".a:before{content:counter(n)}"),
        *(".a::after{content:attr(title)}", "td::first-letter{font-size:2px}"),
        *("@supports (display:grid){.a{opacity:0}}", "@media screen{.a{opacity:0}}"),
        "@media only screen and (min-width:800px){.a{opacity:0}}",
        *("@media (min-width: 600px){.a{opacity:0}}", "td{background:#06c} .a{color:#06c}"),
        '@font-face{font-family:"q";src:url(data:font/woff;base64,AA)} .a{font-family:"q",serif}',
    ],
)
def test_what_a_style_prints_or_draws_is_no_figure(style):
    assert figure_in("<i class=a>6</i>", style).state == "text"


@pytest.mark.parametrize(
    "style",
    [
        '.a:after{content:"";display:table;clear:both}',
        '.a:after{content:".";display:block;height:0;visibility:hidden}',
        *("@media print{.a{opacity:0}}", "@media (max-width:600px){.a{display:none}}"),
        "@font-face{font-family:宋体;panose-1:2 1 6} .a{font-family:宋体}",
        *("td{background:#06c} .a{color:#fff}", "td{background:url(paper.gif)}"),
        *('.menu li:before{content:"1"}', ".top{position:absolute;left:9px;float:right}"),
    ],
)
def test_styles_that_print_nothing_in_a_figure_leave_it(style):
    assert figure_in("<i class=a>62</i>", style).value == 62


def test_a_cell_that_a_script_writes_is_no_blank():
    assert figure_in("<script>document.write(5)</script>").state == "text"
    assert figure_in("6<script>document.write(5)</script>").state == "text"
    assert figure_in("<script src=figures.js></script>").state == "text"
    fills = '<script>document.getElementById("n").innerHTML = 5</script>'
    assert figure_in(f'<td id="n"></td></tr></table>{fills}<table><tr>').state == "text"


@pytest.mark.parametrize(
    "script",
    [
        *('var e = document.getElementById("n"); e.innerHTML = "5"', 'n.innerText = "5"'),
        "var d = {n: 5}; for (var k in d) document.getElementById(k).innerHTML = d[k]",
        *('$(".c").text("5")', '$("td i").html(5)', "$('tr:eq(0) i').remove()", '$("#n").hide()'),
        'document.querySelectorAll("td .c")[0].textContent = "5"',
        'document.getElementsByClassName("c")[0].innerHTML = 5',
        *('document.getElementById("r").style.display = "none"', '$("#r").toggle()'),
        'document.getElementById("r").remove()',
    ],
)
def test_what_a_script_fills_hides_or_removes_is_no_figure(script):
    page = f"<table><tr id=r><td><i class=c id=n>62</i></td></tr></table><script>{script}</script>"
    printed = readers.read(f"<html>{page}".encode()).grids[0].cells[0][0]
    assert parse_count(printed.text).state == "text"


@pytest.mark.parametrize(
    "script",
    [
        "function zoom(n) { document.getElementById('body').style.fontSize = n + 'px' }",
        *('$(".menu").hide(); $("#top").text("62")', '$("td").css("border", 1); $("img").hide()'),
        *('var n = $("#n").text()', '$("td i").each(count); $(".nav").html("5")'),
    ],
)
def test_a_script_that_names_no_part_of_a_table_leaves_its_figures(script):
    page = f"<body id=body><table><tr><td><i>62</i></td></tr></table><script>{script}</script>"
    assert readers.read(f"<html>{page}".encode()).grids[0].cells[0][0].text == "62"


@pytest.mark.parametrize("bound", ["v-if", "v-html", "x-show", "ng-bind", "data-bind"])
def test_what_a_library_outside_the_table_fills_or_hides_is_no_figure(bound):
    page = f"<table><tr><td {bound}='n'>62</td></tr></table><script src=a.js></script>"
    (cell,) = readers.read(f"<html><body>{page}".encode()).grids[0].cells[0]
    assert parse_count(cell.text).state == "text"


def test_what_a_library_fills_or_draws_is_no_figure():
    assert figure_in('<td v-text="n">62</td>').state == "text"
    assert figure_in('<td ng-bind="n">62<script src=a.js></script></td>').state == "text"
    assert figure_in('<i class="num-8"></i><i class="num-1"></i>').state == "text"
    assert figure_in('6<span style="font-family: Wingdings">2</span>').state == "text"
    page = b"<html><table><tr><td><font face=Wingdings>l</font>62</td></tr></table>"
    assert readers.read(page).grids[0].cells[0][0].text == "l62"


@pytest.mark.parametrize(
    "cell",
    [
        *("62<script>var n = 5</script>", "62<script type=text/template>write(5)</script>"),
        "62</td></tr></table><script>document.write(5)</script><table><tr><td>",
    ],
)
def test_a_script_that_writes_nothing_in_a_cell_leaves_its_figure(cell):
    assert figure_in(cell).value == 62


def test_style_sheets_saved_with_a_page_count_as_its_own():
    page = html(*SAMPLE).replace(b"<td>812</td>", b"<td>81<i class=gone>2</i></td>")
    parts = [(b"text/html", page), (b"text/css", b".gone { display: none }")]
    body = b"".join(b"--x\r\nContent-Type: " + t + b"\r\n\r\n" + p + b"\r\n" for t, p in parts)
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n'
    found = wrong_in_silence(read(head + body + b"--x--\r\n"))
    assert found == {("disclosure", "licensing", "decisions"): 81}


def test_a_row_with_a_small_reference_is_flagged_and_no_other():
    label, *texts = next(row for row in REQUESTS if row[0].startswith("（二）"))
    odd = with_row(REQUESTS, label, label, "7<font size=1>1</font>", *texts[1:])
    report = read(html(SAMPLE[0], odd, SAMPLE[2]))
    assert not wrong_in_silence(report) and not report.facts["verified"]
    cell = ("requests", "granted_in_part", "natural_person")
    assert {(r.table, r.row, r.column) for r in report.cells if r.state == "text"} == {cell}
    assert len(report.cells) == len(sample_truth())


@pytest.mark.parametrize(
    "style",
    [
        *(
            "td{" * 3000 + "color:#fff",
            "a," * 40_000 + "td{color:#fff}",
            ("a," * 5000 + "td{") * 2 + "color:#fff",
        ),
        *("td{color:" + "(" * 9000, "td{color:" + "var(--x," * 50 + "red" + ")" * 50),
        "".join(f"td{{--a{n}:var(--a{n + 1}) var(--a{n + 1})}}" for n in range(60))
        + "td{color:var(--a0)}",
    ],
)
def test_a_style_sheet_that_nobody_can_follow_ends_and_puts_its_figures_in_doubt(style):
    report = read(html(*SAMPLE, head=f"<style>{style}</style>"))
    assert not wrong_in_silence(report)
    assert not report.facts["verified"]
