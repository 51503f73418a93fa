"""The command line: build the store, show one report, export tables, make the comparison site."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from analysis.documents.reference import ReferenceDataError

_MOST_NAMED = 20
_RAW_FOLDER = "data/raw"
_RAW = click.option("--raw", default=_RAW_FOLDER, show_default=True, help="Folder of report files.")
_STORE = click.option("--store", default="data/processed", show_default=True, help="The store.")
_SECONDS = click.FloatRange(min=0, min_open=True)
_DAYS = click.FloatRange(min=0)
_AT_LEAST_1 = click.IntRange(min=1)
_WORKERS = click.option(
    "--workers", type=_AT_LEAST_1, help="Processes that read [default: all cores]."
)


def _wrong_requests_exit_2(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a wrong request, manifest or reference file into one clear line and exit code 2.

    What the system refuses (a full disk, a folder that is a file) exits with 1, an interrupt with
    130.
    """

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except KeyboardInterrupt as stop:
            told = str(stop) or "stopped; the store is as it was"
            click.secho(f"gongkai: {told}", fg="yellow", err=True)
            sys.exit(130)
        except (ReferenceDataError, FileNotFoundError, ValueError) as error:
            click.secho(f"gongkai: {error}", fg="red", err=True)
            sys.exit(2)
        except OSError as error:
            click.secho(f"gongkai: {error}", fg="red", err=True)
            sys.exit(1)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Gongkai 公开: annual reports on government-information disclosure as checked, tidy data.

    Put report files (HTML, PDF, scans, Word and Excel old and new, RTF, MHTML, text, Markdown, CSV,
    zip archives of these) below data/raw, then `build`.
    Exit codes: 0 done (bad files are issues, counted in the summary), 1 failed, 2 a wrong request,
    manifest or reference file (nothing done).
    """


@main.command()
@_RAW
@click.option("--out", default="data/processed", show_default=True, help="The store to write.")
@_WORKERS
@click.option("--scheduler", help="Address of a Dask scheduler whose workers read instead.")
@click.option("--full", is_flag=True, help="Read every file again, not only changed ones.")
@click.option(
    "--limit",
    type=_SECONDS,
    default=300.0,
    show_default=True,
    help="Most seconds to read one file.",
)
@click.option(
    "--memory", type=_AT_LEAST_1, default=2048, show_default=True, help="Most MiB to read one file."
)
@click.option(
    "--keep-days", type=_DAYS, default=30.0, show_default=True, help="How long old versions stay."
)
@_wrong_requests_exit_2
def build(raw: str, out: str, limit: float, memory: int, **options: Any) -> None:
    """Read new and changed files of data/raw into the store."""
    from analysis.dataset.bounds import Bounds
    from analysis.dataset.build import build as build_store

    _print_summary(build_store(raw, out, bounds=Bounds(limit, memory), **options), raw)


@main.command()
@_STORE
@_wrong_requests_exit_2
def history(store: str) -> None:
    """List the builds that made the store, the last one first."""
    from analysis.dataset.store import history as builds

    frame = builds(store).astype("object")
    click.echo(frame.where(frame.notna(), "").to_string(index=False))


@main.command()
@_STORE
@_wrong_requests_exit_2
def revisions(store: str) -> None:
    """List the cells that agencies changed in reports that had been built before."""
    from analysis.dataset.store import revisions as changed_cells

    frame = changed_cells(store).astype("object")
    for row in frame.where(frame.notna(), "").to_dict("records"):
        cell = "/".join([row["table"], row["row"], row["column"]])
        sides = f"{cell}: {row['old_raw'] or '␣'} → {row['raw'] or '␣'}"
        told = sides if row["table"] else "(no cell changed 单元格未变)"
        click.echo(f"build {row['build']}  {row['path']}  {told}")


@main.command()
@click.argument("file")
@_RAW
@_wrong_requests_exit_2
def show(file: str, raw: str) -> None:
    """Show the tables of one report FILE as read, with issues beside the cells.

    FILE is a path from here, or from the folder of report files as messages print it; a report in
    an archive is named behind it (reports.zip/2023/huaian.docx).
    """
    from analysis.dataset.bounds import Bounds
    from analysis.dataset.identity import identity_of
    from analysis.dataset.reading import Job, read_source
    from analysis.dataset.sources import find_source
    from analysis.dataset.wording import in_words
    from analysis.documents.display import display

    source = find_source(file, raw)
    _, report = read_source(Job(source), Bounds())
    facts = report.facts | ({"url": source.given["url"]} if "url" in source.given else {})
    whose = in_words(identity_of(facts, source.given, source.path))
    Console().print(display(report, source.path, whose))


@main.command()
@_STORE
@click.option("--out", default="reports/export", show_default=True, help="Folder to write to.")
@click.option("--year", "years", type=int, multiple=True, help="Only this year; may be repeated.")
@click.option("--region", "regions", multiple=True, help="Code or full name; may be repeated.")
@click.option("--scope", type=click.Choice(["agency", "aggregate"]), help="Only this scope.")
@click.option("--blanks", type=click.Choice(["keep", "proven"]), default="keep", show_default=True)
@_wrong_requests_exit_2
def export(store: str, out: str, **selection: Any) -> None:
    """Write the tables as CSV and as workbooks with a codebook."""
    from analysis.dataset.export import export as export_tables

    chosen = {k: list(v) if isinstance(v, tuple) else v for k, v in selection.items() if v}
    for path in export_tables(store, out, **chosen):
        click.echo(path)


@main.command()
@_RAW
@_STORE
@click.option("--runs", default="runs.toml", show_default=True, help="Plan of notebooks to run.")
@click.option("--notebooks", default="notebooks", show_default=True, help="Where notebooks are.")
@click.option("--out", default="reports", show_default=True, help="Folder of the site.")
@_WORKERS
@_wrong_requests_exit_2
def report(raw: str, store: str, runs: str, notebooks: str, out: str, workers: int | None) -> None:
    """Build the store, run the planned notebooks, and write the comparison site."""
    from analysis.dataset.build import build as build_store
    from analysis.dataset.store import pin
    from analysis.runs.plan import read_plan
    from analysis.runs.run import execute
    from analysis.runs.site import write_site

    plan = read_plan(runs, notebooks)
    _print_summary(build_store(raw, store, workers=workers), raw)
    version = pin(store)
    done = []
    for finished in execute(plan, store, out, workers, version):
        done.append(finished)
        state = click.style(finished.error, fg="red") if finished.error else "done"
        click.echo(f"{finished.run.name}: {state}")
    click.echo(f"site: {write_site(done, store, out, version)}")
    if any(finished.error for finished in done):
        sys.exit(1)


def _print_summary(summary: Any, raw: str) -> None:
    """Print what a build of a folder did, and the issues by kind."""
    from analysis.documents.issues import catalogue

    table = Table(show_header=False, box=None, title="Build 构建", title_justify="left")
    for label, value in (
        ("files 文件", summary.files),
        ("read now 本次读取", summary.read),
        ("unchanged 未变", summary.unchanged),
        ("renamed 改名", summary.renamed),
        ("revised 修订", summary.revised),
        ("removed 移除", summary.removed),
        ("unreadable 无法读取", summary.unreadable),
        ("cells 单元格", summary.cells),
        ("verified reports 已核对报告", f"{summary.verified}/{summary.files}"),
    ):
        table.add_row(label, f"{value:,}" if isinstance(value, int) else value)
    for check, count in summary.issues.items():
        entry = catalogue()[check]
        label = f"{entry['severity']}: {entry['title_en']} {entry['title_zh']}"
        table.add_row(label, f"{count:,}")
    Console().print(table)
    for path, message in list(summary.failed.items())[:_MOST_NAMED]:
        click.echo(f"  {path}: {message}")
    if summary.issues:
        folder = "" if raw == _RAW_FOLDER else f" --raw {raw}"
        click.echo(f"Where and why: the coverage page, or `python -m analysis show{folder} FILE`.")


if __name__ == "__main__":
    main(prog_name="python -m analysis")
