"""Planned runs are checked before they start, fail alone, and become a site that stands alone."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from stores import RAW, SOURCE, put, store_of, titled
from stores import folder as files
from stores import page as printed

from analysis import build, pin
from analysis.documents.reference import REFERENCE, ReferenceDataError
from analysis.runs.plan import Run, read_plan
from analysis.runs.run import _execute, execute
from analysis.runs.site import write_site

ROOT = Path(__file__).parents[1]
FONT = REFERENCE / "fonts" / "NotoSansSC-gongkai.ttf"
PARAMETERS = 'years = None\nregions = None\nscope = None\nlanguage = "zh"\nstore = "data/processed"'
LAST_WORDS = 'import atexit\nimport os\n\n_ = atexit.register(os.write, 2, b"last words")'
SAY = 'from IPython.display import Markdown\n\nMarkdown(f"## {language} {scope} {years}")'


def write_notebook(folder, name, *sources):
    """A small notebook: a note for the laboratory, parameters, and some cells."""
    folder.mkdir(parents=True, exist_ok=True)
    parameters = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    note = new_markdown_cell("只在实验室显示", metadata={"tags": ["lab"]})
    notebook = new_notebook(cells=[note, parameters, *map(new_code_cell, sources)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "x", "language": "python"}
    nbformat.write(notebook, folder / f"{name}.ipynb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def notebooks(folder):
    """One that works, one with an error, one whose kernel dies, one whose whole process does.

    The one that works has last words of its own when its kernel ends, as libraries may have.
    """
    write_notebook(folder / "notebooks", "outcomes", LAST_WORDS, SAY)
    write_notebook(folder / "notebooks", "broken", SAY, '1 / 0 + len("<秘密>")', '"after"')
    write_notebook(folder / "notebooks", "dying", "import os\n\nos._exit(3)")
    killed = "import os\n\nos.kill(os.getppid(), 9)"
    write_notebook(folder / "notebooks", "killed", SAY, killed)
    return folder / "notebooks"


@pytest.fixture(scope="module")
def done(folder, notebooks, samples):
    plan = folder / "runs.toml"
    plan.write_text(
        '[[run]]\nnotebook = "broken"\nlanguages = ["zh"]\n'
        '[[run]]\nnotebook = "dying"\nlanguages = ["en"]\n'
        '[[run]]\nnotebook = "killed"\nlanguages = ["zh"]\n'
        '[[run]]\nnotebook = "outcomes"\nscopes = ["agency"]\nyears = [2022, 2023]\n'
        'regions = ["320000"]\n',
        encoding="utf-8",
    )
    return list(execute(read_plan(plan, notebooks), samples, folder / "reports", workers=2))


@pytest.fixture(scope="module")
def site(folder, done, samples):
    return write_site(done, samples, folder / "reports").parent


def planned(folder, plan, notebooks=ROOT / "notebooks"):
    """The runs of a plan given as text."""
    path = folder / "plan.toml"
    path.write_text(plan, encoding="utf-8")
    return read_plan(path, notebooks)


# ---- plan ----


def test_an_entry_is_run_once_for_each_of_its_scopes_and_languages(tmp_path):
    runs = planned(tmp_path, '[[run]]\nnotebook = "denials"\nscopes = ["aggregate", "agency"]')
    assert [run.name for run in runs] == [
        "denials-aggregate-zh", "denials-aggregate-en", "denials-agency-zh", "denials-agency-en",
    ]  # fmt: skip
    assert runs[0].parameters == {"scope": "aggregate", "language": "zh"}
    assert runs[0].notebook == ROOT / "notebooks" / "denials.ipynb"


def test_what_is_left_out_or_empty_is_left_to_the_notebook(tmp_path):
    plan = '[[run]]\nnotebook = "coverage"\nyears = []\nregions = []\nscopes = []\nlanguages = []'
    runs = planned(tmp_path, plan)
    assert [run.parameters for run in runs] == [{"language": "zh"}, {"language": "en"}]
    assert [run.told for run in runs] == ["", ""]


def test_a_run_is_titled_and_told_in_its_language(tmp_path):
    plan = (
        '[[run]]\nnotebook = "outcomes"\nyears = [2023]\nregions = ["320000", "上海市"]\n'
        'scopes = ["aggregate"]'
    )
    zh, en = planned(tmp_path, plan)
    assert (zh.title, zh.told) == ("申请办理结果", "汇总 · 2023 · 江苏省 · 上海市")
    assert (en.title, en.told) == (
        "How requests were decided",
        "aggregates · 2023 · 江苏省 · 上海市",
    )
    assert zh.name == "outcomes-aggregate-2023-320000-上海市-zh"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('notebook = "outcomes"\ncolour = "red"', "unknown .*colour"),
        ('notebook = "nowhere"', "no notebook 'nowhere'"),
        ("years = [2023]", "no notebook None"),
        ('notebook = "outcomes"\nscopes = ["everything"]', "unknown scopes .*everything"),
        ('notebook = "outcomes"\nlanguages = ["fr"]', "unknown languages .*fr"),
        ('notebook = "outcomes"\nregions = ["亚特兰蒂斯省"]', "unknown region '亚特兰蒂斯省'"),
        ('notebook = "outcomes"\nyears = 2023', "years is a list of whole numbers, not 2023"),
        ('notebook = "outcomes"\nyears = ["2023"]', "years is a list of whole numbers"),
        ('notebook = "outcomes"\nscopes = "agency"', "scopes is a list of texts, not 'agency'"),
    ],
)
def test_a_wrong_entry_stops_with_the_plan_and_its_number(tmp_path, entry, message):
    plan = f'[[run]]\nnotebook = "coverage"\n\n[[run]]\n{entry}'
    with pytest.raises(ReferenceDataError, match=rf"plan\.toml, run 2: .*{message}"):
        planned(tmp_path, plan)


def test_two_runs_of_one_name_are_refused_and_named(tmp_path):
    plan = 2 * '[[run]]\nnotebook = "coverage"\nlanguages = ["zh"]\n'
    with pytest.raises(ReferenceDataError, match=r"plan\.toml: planned twice: coverage-zh"):
        planned(tmp_path, plan)


@pytest.mark.parametrize("plan", ["", '[run]\nnotebook = "coverage"', "[[runs]]", "[[run]\n"])
def test_a_plan_of_another_shape_is_refused_with_its_name(tmp_path, plan):
    with pytest.raises(ReferenceDataError, match=r"plan\.toml: "):
        planned(tmp_path, plan)


def test_the_plan_of_the_project_holds():
    runs = read_plan(ROOT / "runs.toml", ROOT / "notebooks")
    assert {run.notebook for run in runs} == set((ROOT / "notebooks").glob("*.ipynb"))


# ---- run ----


def test_runs_come_back_in_the_order_of_the_plan(done):
    assert [one.run.name for one in done] == [
        "broken-zh", "dying-en", "killed-zh",
        "outcomes-agency-2022-2023-320000-zh", "outcomes-agency-2022-2023-320000-en",
    ]  # fmt: skip


def test_a_failing_notebook_keeps_its_error_and_stops_no_other(done):
    broken, dying, killed, *others = done
    assert broken.error == "ZeroDivisionError: division by zero"
    assert "died" in dying.error
    assert "kernels.log" in killed.error
    assert [one.error for one in others] == ["", ""]
    cells = nbformat.read(broken.executed, as_version=4).cells
    assert "after" not in str([cell.get("outputs") for cell in cells])


def test_a_kernel_that_never_answers_is_an_error_of_its_run(notebooks, tmp_path, monkeypatch):
    dies = "import os\nimport sys\n\nif any('ipykernel' in arg for arg in sys.orig_argv):\n"
    (tmp_path / "sitecustomize.py").write_text(f"{dies}    os._exit(3)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    run = Run("outcomes-zh", notebooks / "outcomes.ipynb", {"language": "zh"})
    assert "died" in _execute(run, {"store": str(tmp_path)}, tmp_path / "outcomes.ipynb").error


def test_a_notebook_runs_with_its_parameters_on_a_version_of_the_store(done, samples):
    executed = nbformat.read(done[3].executed, as_version=4)
    assert executed.metadata.papermill.parameters["as_of"] == pin(samples)
    assert "## zh agency [2022, 2023]" in str(executed.cells[-1].outputs)


def test_all_runs_and_the_index_stand_on_one_version_of_the_store(tmp_path):
    raw = files(tmp_path, {"a.html": printed()})
    build(raw, store_of(raw), workers=1, progress=False)
    write_notebook(tmp_path / "notebooks", "outcomes", "as_of")
    plan = planned(tmp_path, '[[run]]\nnotebook = "outcomes"\n', tmp_path / "notebooks")
    version = pin(store_of(raw))
    put(raw, "b.html", printed(titled("甲局")))
    build(raw, store_of(raw), workers=1, progress=False)
    done = list(execute(plan, store_of(raw), tmp_path / "out", 2, version))
    for one in done:
        assert nbformat.read(one.executed, as_version=4).cells[-1].outputs[0].data == {
            "text/plain": "0"
        }
    index = write_site(done, store_of(raw), tmp_path / "out", version).read_text(encoding="utf-8")
    assert "data version 0 " in index


def test_what_kernels_print_beside_their_notebooks_is_kept_in_a_log(folder, done):
    assert "last words" in (folder / "reports" / "notebooks" / "kernels.log").read_text()


# ---- site ----


def test_the_index_lists_every_run_and_says_which_failed_and_why(site, done):
    index = (site / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'<li><a href="([^"]+)">', index)
    assert sorted(links) == sorted(f"{one.run.name}.html" for one in done)
    assert "未完成：ZeroDivisionError" in index
    assert re.search(r"Failed: .*died", index)
    assert index.count('class="error"') == 3
    assert "本机关 · 2022 · 2023 · 江苏省 · <a" in index
    assert '<span class="quiet"><a' in index
    assert re.search(r"data version \d+ .* [0-9a-f]{12}", index)


def test_every_link_of_the_site_leads_to_a_file(site):
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="(?!data:|#)([^"]+)"|url\("([^"]+)"\)', text):
            assert (site / "".join(target)).is_file(), (page.name, target)


def test_pages_load_nothing_from_the_network(site):
    for page in site.glob("*.html"):
        assert not re.search(r"https?:|<script|@import|src=\"//", page.read_text(encoding="utf-8"))


def test_the_font_lies_beside_the_pages_with_its_licence(site):
    assert (site / FONT.name).read_bytes() == FONT.read_bytes()
    assert (site / "OFL.txt").read_bytes() == FONT.with_name("OFL.txt").read_bytes()


def test_pages_show_results_and_no_code(site, done):
    for one in done:
        page = (site / f"{one.run.name}.html").read_text(encoding="utf-8")
        assert not re.search(r"import|Markdown\(|language =|实验室|Traceback|秘密", page)
    page = (site / f"{done[3].run.name}.html").read_text(encoding="utf-8")
    assert "zh agency [2022, 2023]" in page


def test_pages_are_titled_in_the_language_of_their_run(site, done):
    zh, en = ((site / f"{one.run.name}.html").read_text(encoding="utf-8") for one in done[3:])
    assert '<html lang="zh">' in zh
    assert "<title>申请办理结果 ·" in zh
    assert '<html lang="en">' in en
    assert "<title>How requests were decided ·" in en


def test_the_page_of_a_failed_run_says_so_before_what_it_has(site):
    page = (site / "broken-zh.html").read_text(encoding="utf-8")
    assert page.index("本页未能完成：ZeroDivisionError") < page.index("zh None None")


def test_an_error_is_shown_as_text(folder, samples, done):
    failed = [type(one)(one.run, one.executed, "<b>no</b>") for one in done[:1]]
    index = write_site(failed, samples, folder / "escaped").read_text(encoding="utf-8")
    assert "&lt;b&gt;no&lt;/b&gt;" in index


@pytest.mark.parametrize("left", [None, '{"cells": ['], ids=["nothing", "a part"])
def test_a_notebook_that_was_not_written_to_its_end_is_a_page_that_says_so(
    left, folder, samples, done, tmp_path
):
    cut = tmp_path / "cut.ipynb"
    if left:
        cut.write_text(left)
    failed = type(done[0])(done[0].run, cut, "killed")
    site = write_site([failed, *done[3:]], samples, tmp_path / "site").parent
    assert "本页未能完成：killed" in (site / f"{failed.run.name}.html").read_text(encoding="utf-8")


# ---- command line ----


def test_the_report_command_says_what_it_did_and_nothing_else(folder, notebooks, samples):
    (folder / "cli.toml").write_text('[[run]]\nnotebook = "outcomes"\nlanguages = ["zh"]')
    options = {
        "raw": RAW, "store": samples, "runs": folder / "cli.toml", "notebooks": notebooks,
        "out": folder / "cli", "workers": 2,
    }  # fmt: skip
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    ended = subprocess.run(
        [sys.executable, "-m", "analysis", "report", *words],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    said = ended.stdout.splitlines()
    assert said[-2:] == ["outcomes-zh: done", f"site: {folder}/cli/index.html"]


def test_a_run_is_named_by_its_notebook_where_the_narrative_does_not_know_it():
    assert Run("mine-zh", Path("mine.ipynb"), {"language": "zh"}).title == "mine"
