"""Executed notebooks → a site: one page a run, without code, and an index."""

import shutil
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, select_autoescape
from nbconvert import HTMLExporter
from nbformat.reader import NotJSONError
from traitlets.config import Config

from analysis.dataset import store as stored
from analysis.documents.reference import REFERENCE
from analysis.runs.run import Done

_TEMPLATES = Path(__file__).parent / "templates"
_FONT = REFERENCE / "fonts" / "NotoSansSC-gongkai.ttf"
_LICENCE = _FONT.with_name("OFL.txt")
_UNSHOWN = ("lab", "papermill-error-cell-tag")


def write_site(
    done: list[Done], store: str | Path, out: str | Path, as_of: stored.AsOf = None
) -> Path:
    """Write a page for each executed notebook and `index.html`; return the index's path.

    The index names the version of the store on which they stand.

    Pages need no network and no installed Chinese font: the shipped one lies beside them, with its
    licence.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for shipped in (_FONT, _LICENCE):
        shutil.copy(shipped, folder / shipped.name)
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=select_autoescape(), trim_blocks=True
    )
    for one in done:
        page = templates.get_template("page.html").render(
            run=one.run, error=one.error, body=_body(one.executed), font=_FONT.name
        )
        (folder / f"{one.run.name}.html").write_text(page, encoding="utf-8")
    index = folder / "index.html"
    rendered = templates.get_template("index.html").render(
        done=done, store=stored.version(store, as_of), font=_FONT.name
    )
    index.write_text(rendered, encoding="utf-8")
    return index


def _body(executed: Path) -> str:
    """The outputs and texts of an executed notebook as HTML, without code.

    There are none where its process was killed before it was written, or while it was.
    """
    try:
        notebook = _for_readers(executed)
    except (FileNotFoundError, NotJSONError):
        return ""
    config = Config()
    config.HTMLExporter.exclude_input = True
    config.HTMLExporter.exclude_input_prompt = True
    config.HTMLExporter.exclude_output_prompt = True
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = _UNSHOWN
    config.HTMLExporter.preprocessors = ["nbconvert.preprocessors.TagRemovePreprocessor"]
    exporter = HTMLExporter(config=config, template_name="basic")
    body, _ = exporter.from_notebook_node(notebook)
    return body


def _for_readers(executed: Path) -> nbformat.NotebookNode:
    """An executed notebook without tracebacks, its pictures described by the heading above them.

    The page itself says what went wrong; a traceback is code, and stays in the notebook.
    """
    notebook = nbformat.read(executed, as_version=4)
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = [output for output in cell.outputs if output.output_type != "error"]
        cell.metadata["alt"] = heading
        said = "".join(output.get("data", {}).get("text/markdown", "") for output in cell.outputs)
        heading = said.lstrip("# ") if said.startswith("#") else heading
    return notebook
