"""Notebooks hold claims and calls only, and run whatever is selected, in both languages."""

import ast
import re
import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pytest
from stores import folder, page, put, store_of, titled

from analysis import build, pin
from analysis.runs.plan import read_plan
from analysis.runs.run import execute
from analysis.runs.site import write_site

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
PICTURES = {"coverage": 2, "denials": 4, "disputes": 5, "outcomes": 5}
DEFAULTS = {"years", "regions", "scope", "language", "store", "as_of"}
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(notebook):
    cells = nbformat.read(notebook, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def syntax(notebook):
    """Every node of the code of a notebook."""
    return list(ast.walk(ast.parse("\n".join(cell.source for cell in code_cells(notebook)))))


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def done(samples, out):
    """Each notebook with one year of one region in Chinese, and one with nothing in English."""
    asked = [(name, "years = [2023]", "zh") for name in PICTURES]
    entries = [
        f'[[run]]\nnotebook = "{name}"\nregions = ["江苏省"]\n{years}\nlanguages = ["{language}"]\n'
        for name, years, language in [*asked, ("outcomes", "years = [1999]", "en")]
    ]
    plan = out / "runs.toml"
    plan.write_text("".join(entries), encoding="utf-8")
    found = execute(read_plan(plan, NOTEBOOKS[0].parent), samples, out, workers=2)
    return {(one.run.notebook.stem, one.run.language): one for one in found}


@pytest.fixture(scope="module")
def pages(done, samples, out):
    """The pages of the site by notebook and language."""
    site = write_site(list(done.values()), samples, out).parent
    return {
        key: (site / f"{one.run.name}.html").read_text(encoding="utf-8")
        for key, one in done.items()
    }


def run_here(notebook, monkeypatch, before=lambda source: None, **asked):
    """Run a notebook in this process, without a kernel of its own; give what its cells show.

    `before` is called before each cell with its code.
    """
    shown = []
    monkeypatch.setattr(sys, "displayhook", shown.append)
    parameters, *others = code_cells(notebook)
    names = {}
    exec(parameters.source, names)
    names |= asked
    for cell in others:
        before(cell.source)
        body = ast.parse(cell.source).body
        exec(compile(ast.Interactive(body), notebook.name, "single"), names)
    return shown


# ---- as they are stored ----


@each_notebook
def test_a_notebook_defines_nothing(notebook):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert [node for node in syntax(notebook) if isinstance(node, kinds)] == []


@each_notebook
def test_a_notebook_imports_from_the_public_face_only(notebook):
    imports = [node for node in syntax(notebook) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node).split(" import ")[0] for node in imports] == ["from analysis"]


@each_notebook
def test_a_notebook_names_no_path_but_the_store(notebook):
    texts = {node.value for node in syntax(notebook) if isinstance(node, ast.Constant)}
    paths = {text for text in texts if isinstance(text, str) and re.search(r"[/\\]", text)}
    assert paths == {"data/processed"}


@each_notebook
def test_the_parameters_stand_in_one_cell_before_all_other_code(notebook):
    tagged = ["parameters" in cell.metadata.get("tags", []) for cell in code_cells(notebook)]
    assert tagged == [True] + [False] * (len(tagged) - 1)
    assigned = ast.parse(code_cells(notebook)[0].source).body
    assert {node.targets[0].id for node in assigned} == DEFAULTS


@each_notebook
def test_a_notebook_is_stored_without_outputs(notebook):
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(notebook))


def test_all_notebooks_are_tested():
    assert [notebook.stem for notebook in NOTEBOOKS] == sorted(PICTURES)


# ---- as they run ----


@pytest.mark.parametrize(
    ("name", "language"), [*((name, "zh") for name in PICTURES), ("outcomes", "en")]
)
def test_a_notebook_runs_to_its_end_and_shows_its_pictures(done, name, language):
    one = done[name, language]
    assert one.error == ""
    cells = nbformat.read(one.executed, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == PICTURES[name]
    assert [output for output in outputs if output.output_type == "stream"] == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_of_one_year_and_region_says_so_and_describes_its_pictures(pages, name):
    page = pages[name, "zh"]
    assert page.count("<img") == PICTURES[name]
    assert "2 份报告、2 个机关，2023；" in page
    assert "参数：年份 2023，地区 江苏省" in page
    assert "淮安市洪泽区人民政府" in page
    described = re.findall(r'<img[^>]* alt="(\w+)', page)
    assert len(described) == PICTURES[name]
    assert set(described) <= set(re.findall(r"<h2[^>]*>(\w+)", page))


def test_a_page_of_an_empty_selection_says_that_there_is_nothing(pages):
    page = pages["outcomes", "en"]
    assert "There are no reports for these years, regions and scope." in page
    assert "parameters: years 1999, regions 江苏省" in page
    assert "None." in page


def test_pages_have_no_code_and_load_nothing_from_the_network(pages):
    for shown in pages.values():
        assert not re.search(r"https?:|<script|@import|article\.|figures\.|\blanguage =", shown)


@pytest.mark.parametrize(
    ("asked", "empty"),
    [
        ({"scope": "agency"}, False),
        ({"scope": "aggregate", "years": 2021}, False),
        ({"years": [1999], "regions": ["江苏省"]}, True),
    ],
    ids=["one scope", "one scope and year", "nothing"],
)
@each_notebook
def test_a_notebook_runs_in_english_for_other_selections(
    notebook, asked, empty, samples, monkeypatch
):
    mpl.use("Agg")
    plt.close("all")
    shown = run_here(notebook, monkeypatch, store=str(samples), language="en", **asked)
    assert len(plt.get_fignums()) == PICTURES[notebook.stem]
    plt.close("all")
    said = "\n".join(str(getattr(one, "data", one)) for one in shown)
    assert ("There are no reports for these years, regions and scope." in said) is empty
    assert not empty or "None." in said


@each_notebook
def test_a_notebook_of_both_scopes_counts_them_and_never_adds_them_up(
    notebook, samples, monkeypatch
):
    mpl.use("Agg")
    if notebook.stem == "coverage":
        assert run_here(notebook, monkeypatch, store=str(samples), scope=None)
    else:
        with pytest.raises(ValueError, match="mix the scopes agency, aggregate"):
            run_here(notebook, monkeypatch, store=str(samples), scope=None)
    plt.close("all")


@each_notebook
def test_a_notebook_stands_on_one_version_though_a_build_ends_while_it_runs(
    tmp_path, monkeypatch, notebook
):
    raw = folder(tmp_path, {"a.html": page(titled("南京市公安局")), "b.html": page(titled("甲局"))})
    store = str(store_of(raw))
    build(raw, store, workers=1)

    def build_meanwhile(source):
        if source.startswith("article.without_scope") or source.startswith("issues ="):
            put(raw, "c.html", page(titled("后来局")))
            build(raw, store, workers=1)

    asked = {"store": store, "scope": "agency"}
    alone = texts(run_here(notebook, monkeypatch, **asked))
    disturbed = texts(run_here(notebook, monkeypatch, build_meanwhile, **asked))
    assert pin(store) == 1
    assert disturbed == alone == texts(run_here(notebook, monkeypatch, **asked, as_of=0))
    assert any("数据版本 0" in said for said in alone)
    later = texts(run_here(notebook, monkeypatch, **asked))
    assert any("数据版本 1" in said for said in later)


def texts(shown):
    """What cells show beside pictures: passages, and the figures of tables."""
    plt.close("all")
    told = [said.data for said in shown if hasattr(said, "data")]
    return [data if isinstance(data, str) else data.to_csv() for data in told]
