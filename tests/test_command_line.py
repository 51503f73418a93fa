import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from helpers import DISPUTES, REQUESTS, with_row, zipped
from stores import RAW, SOURCE, TITLE, folder, page, put, store_of, titled

from analysis import load, read_report
from analysis.__main__ import main

COMMANDS = ("build", "history", "revisions", "show", "export", "report")


def run(*arguments: object, width: int = 240) -> Result:
    runner = CliRunner(env={"COLUMNS": str(width), "NO_COLOR": "1"})
    return runner.invoke(main, [str(argument) for argument in arguments])


def build_below(tmp_path: Path) -> tuple[Path, Result]:
    raw = folder(tmp_path, {"a.html": page(), "b.html": page(titled("甲局", 2022), DISPUTES)})
    return raw, run("build", "--raw", raw, "--out", store_of(raw), "--workers", "1")


def refusal(result: Result) -> str:
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert lines[-1].startswith("gongkai: ")
    assert "Traceback" not in result.output + result.stderr
    return lines[-1]


# ---- help ----


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_every_command_and_the_exit_codes(flag: str) -> None:
    result = run(flag)
    assert result.exit_code == 0
    assert {
        line.split()[0] for line in result.output.split("Commands:")[1].splitlines() if line
    } == (set(COMMANDS))
    assert "Exit codes: 0 done" in " ".join(result.output.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_each_of_its_options(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: main {command} [OPTIONS]")
    options = main.commands[command].params
    for option in options:
        if option.param_type_name == "option":
            assert option.opts[0] in result.output


@pytest.mark.parametrize("arguments", [["frobnicate"], ["build", "--wrong"], ["show"], []])
def test_a_wrong_command_exits_2_and_shows_usage(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage: " in result.output


# ---- build ----


def test_build_makes_the_store_and_prints_the_summary(tmp_path: Path) -> None:
    raw, result = build_below(tmp_path)
    assert result.exit_code == 0
    lines = [re.split(r"\s{2,}", line.strip()) for line in result.output.splitlines()]
    told = {line[0]: line[1] for line in lines if len(line) == 2}
    assert told["files 文件"] == told["read now 本次读取"] == "2"
    assert told["unchanged 未变"] == told["removed 移除"] == told["unreadable 无法读取"] == "0"
    assert told["cells 单元格"] == "215"
    assert told["verified reports 已核对报告"] == "1/2"
    assert told["error: Table missing 缺表"] == "2"
    assert set(load("reports", store_of(raw))["agency"]) == {"南京市公安局", "甲局"}


def test_build_reads_again_only_when_told_to(tmp_path: Path) -> None:
    raw, _ = build_below(tmp_path)
    common = ("build", "--raw", raw, "--out", store_of(raw), "--workers", 1)
    assert re.search(r"本次读取 +0\b", run(*common).output)
    assert re.search(r"本次读取 +2\b", run(*common, "--full").output)


def test_a_bad_file_is_counted_and_no_failure(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(), "b.pdf": b"%PDF-1.4"})
    result = run("build", "--raw", raw, "--out", store_of(raw))
    assert result.exit_code == 0
    assert re.search(r"unreadable 无法读取 +1\b", result.output)
    assert re.search(r"Damaged file 文件损坏 +1\b", result.output)
    assert re.search(r"^ +b\.pdf: The file is cut off or damaged", result.output, re.MULTILINE)


def test_build_of_an_empty_folder_is_done(tmp_path: Path) -> None:
    result = run("build", "--raw", folder(tmp_path, {}), "--out", tmp_path / "processed")
    assert result.exit_code == 0
    assert re.search(r"verified reports 已核对报告 +0/0\b", result.output)


def test_build_of_a_missing_folder_is_a_wrong_request(tmp_path: Path) -> None:
    result = run("build", "--raw", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert "put the report files there, or pass --raw" in refusal(result)
    assert not (tmp_path / "out").exists()


def test_build_with_a_wrong_manifest_is_a_wrong_request(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()}, "path,scope\na.html,汇总\n")
    result = run("build", "--raw", raw, "--out", tmp_path / "out")
    assert "manifest.csv, line 2: the scope '汇总' is none of agency, aggregate" in refusal(result)
    assert not (tmp_path / "out").exists()


def test_build_into_a_file_fails_with_one_clear_line(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    put(tmp_path, "out", "")
    result = run("build", "--raw", raw, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert re.fullmatch(r"gongkai: .*out.*", result.stderr.splitlines()[-1])
    assert "Traceback" not in result.output + result.stderr


@pytest.mark.parametrize("workers", ["many", "1.5", "0", "-2"])
def test_workers_are_a_number_of_at_least_one(tmp_path: Path, workers: str) -> None:
    result = run("build", "--raw", folder(tmp_path, {}), "--workers", workers)
    assert result.exit_code == 2
    assert "--workers" in result.output


def test_history_lists_the_builds(tmp_path: Path) -> None:
    raw, _ = build_below(tmp_path)
    (raw / "b.html").unlink()
    run("build", "--raw", raw, "--out", store_of(raw))
    lines = [line.split() for line in run("history", "--store", store_of(raw)).output.splitlines()]
    assert lines[0][:5] == ["version", "time", "code", "files", "read"]
    assert [(line[0], line[3], line[4]) for line in lines[1:]] == [("1", "1", "0"), ("0", "2", "2")]


@pytest.mark.parametrize(
    "option", [("--limit", "0"), ("--memory", "0"), ("--keep-days", "-1"), ("--workers", "0")]
)
def test_bounds_that_no_file_could_keep_are_refused(
    tmp_path: Path, option: tuple[str, str]
) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    refused = run("build", "--raw", raw, "--out", store_of(raw), *option)
    assert refused.exit_code == 2
    assert not Path(store_of(raw)).exists()


def test_revisions_lists_changed_cells_with_both_sides(tmp_path: Path) -> None:
    raw, _ = build_below(tmp_path)
    assert run("revisions", "--store", store_of(raw)).output == ""
    changed = [*DISPUTES[:-1], ["7", *DISPUTES[-1][1:]]]
    put(raw, "b.html", page(titled("甲局", 2022), changed))
    put(raw, "a.html", page() + b" ")
    run("build", "--raw", raw, "--out", store_of(raw))
    assert run("revisions", "--store", store_of(raw)).output.splitlines() == [
        "build 1  a.html  (no cell changed 单元格未变)",
        "build 1  b.html  disputes/reconsideration/upheld: 6 → 7",
    ]


@pytest.mark.parametrize("command", ["history", "revisions"])
def test_what_a_store_tells_needs_a_store(tmp_path: Path, command: str) -> None:
    assert "python -m analysis build" in refusal(run(command, "--store", tmp_path / "nowhere"))


def test_a_file_that_takes_too_long_is_told(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    result = run("build", "--raw", raw, "--out", store_of(raw), "--limit", "0.0001")
    assert result.exit_code == 0
    assert "a.html: Could not be read: reading took longer than 0.0001 s" in result.output


def test_a_scheduler_that_does_not_answer_is_a_wrong_request(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    result = run("build", "--raw", raw, "--out", store_of(raw), "--scheduler", "nonsense")
    assert "no Dask scheduler answers at 'nonsense'" in refusal(result)


# ---- show ----


def rows_shown(output: str) -> list[list[str]]:
    lines = [line for line in output.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


@pytest.mark.parametrize(
    "sample",
    sorted(
        path.relative_to(RAW).as_posix()
        for path in RAW.rglob("*.*")
        if path.name not in ("README.md", "manifest.csv")
    ),
)
def test_show_prints_every_figure_of_each_sample(sample: str) -> None:
    result = run("show", RAW / sample)
    assert result.exit_code == 0
    report = read_report(RAW / sample)
    shown = [cell.split()[0] for row in rows_shown(result.output) for cell in row[1:] if cell]
    expected = [" ".join(raw.split()) or "␣" for raw in report.records["raw"]]
    expected = [
        f"{text}=0" if proven else text
        for text, proven in zip(expected, report.records["proven"], strict=True)
    ]
    assert sorted(shown) == sorted(expected)
    assert str(report.facts["title"]) in result.output
    verdict = "verified 已核对" if report.facts["verified"] else "not verified 未核对"
    assert f"{len(report.records)} cells, {verdict}" in result.output


def figures_shown(output: str) -> list[str]:
    return sorted(cell for row in rows_shown(output) for cell in row[1:] if cell)


def test_show_prints_every_figure_in_80_columns_and_into_a_pipe(tmp_path: Path) -> None:
    sample = RAW / "jiangsu" / "huaian_2024.html"
    expected = sorted(" ".join(raw.split()) for raw in read_report(sample).records["raw"])
    assert figures_shown(run("show", sample, width=80).output) == expected
    assert figures_shown(program("show", sample, cwd=tmp_path).stdout) == expected


def test_show_takes_every_path_that_a_build_prints(tmp_path: Path) -> None:
    bad = {"江苏/a.html": b"<p>none", "all.zip": zipped({"2023/b.html": b"", "c.html": page()})}
    raw = folder(tmp_path, bad)
    built = run("build", "--raw", raw, "--out", store_of(raw), "--workers", 1).output
    printed = re.findall(r"^  (\S+): The file|^  (\S+): No table", built, re.MULTILINE)
    assert {a or b for a, b in printed} == {"江苏/a.html", "all.zip/2023/b.html"}
    assert f"`python -m analysis show --raw {raw} FILE`" in built
    for path in (*map("".join, printed), "all.zip/c.html"):
        assert path in run("show", "--raw", raw, path).output
        assert path in run("show", "--raw", raw, raw / path).output


def test_show_says_of_a_report_what_a_build_says_of_it(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"江苏/a.html": page()}, "path,scope\n江苏/a.html,aggregate\n")
    assert (
        "范围 scope: aggregate (manifest certain)"
        in run("show", "--raw", raw, "江苏/a.html").output
    )


def test_show_prints_suggested_corrections_in_both_languages() -> None:
    output = " ".join(run("show", RAW / "jiangsu" / "hongze_2023.docx").output.split())
    assert "Suggestion: Administrative reconsideration / Total: 0 → 11" in output
    assert "建议: 行政复议 / 总计: 0 → 11" in output


@pytest.mark.parametrize(
    "sample", ["jiangsu/hongze_2023.docx", "shanghai/shanghai_gov_office_2019.html"]
)
def test_show_prints_every_issue_of_a_report(sample: str) -> None:
    output = " ".join(run("show", RAW / sample).output.split())
    issues = read_report(RAW / sample).issues
    assert len(issues)
    for issue in issues.itertuples():
        assert " ".join(issue.message.split()) in output
        assert " ".join(issue.message_zh.split()) in output


def test_show_marks_the_figures_that_an_error_covers(tmp_path: Path) -> None:
    wrong = with_row(DISPUTES, "6", "6", *DISPUTES[-1][1:4], "13", *DISPUTES[-1][5:])
    put(tmp_path, "a.html", page(TITLE, wrong))
    rows = rows_shown(run("show", tmp_path / "a.html").output)
    assert ["行政复议", "6 ✗", "2 ✗", "1 ✗", "3 ✗", "13 ✗"] in rows
    assert ["行政诉讼：复议后起诉", "5", "0", "2", "1", "8"] in rows


def test_show_tells_a_blank_from_a_zero(tmp_path: Path) -> None:
    label = "二、上年结转政府信息公开申请数量"
    put(tmp_path, "a.html", page(TITLE, with_row(REQUESTS, label, label, *"31", *[""] * 4, "4")))
    rows = {row[0]: row[1:] for row in rows_shown(run("show", tmp_path / "a.html").output)}
    assert rows[label] == ["3", "1", *["␣=0"] * 4, "4"]
    assert rows["3.危及“三安全一稳定”"] == ["0"] * 7


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7", "cut off or damaged"),
        (b"PK\x03\x04", "cut off or damaged"),
        (bytes(range(1, 9)) * 99, "no known document format"),
        ("今天天气很好。".encode(), "No table of the known forms"),
        ("[bold]南京[/bold] [/]".encode(), "No table of the known forms"),
    ],
)
def test_show_of_a_bad_file_says_what_is_wrong(tmp_path: Path, content: bytes, told: str) -> None:
    put(tmp_path, "a.bin", content)
    result = run("show", tmp_path / "a.bin")
    assert result.exit_code == 0
    assert told in result.output
    assert "0 cells, not verified 未核对" in result.output
    assert "a.bin" in result.output


def test_show_of_a_missing_file_is_a_wrong_request(tmp_path: Path) -> None:
    assert "nowhere.html" in refusal(run("show", tmp_path / "nowhere.html"))
    (tmp_path / "broken.html").symlink_to(tmp_path / "nowhere.html")
    assert "broken.html" in refusal(run("show", tmp_path / "broken.html"))


def test_show_of_a_folder_is_a_wrong_request(tmp_path: Path) -> None:
    result = run("show", tmp_path)
    assert result.exit_code == 2
    assert "is a directory" in result.output


# ---- export ----


def test_export_prints_what_it_wrote(tmp_path: Path) -> None:
    raw, _ = build_below(tmp_path)
    out = tmp_path / "out"
    result = run("export", "--store", store_of(raw), "--out", out)
    assert result.exit_code == 0
    assert set(result.output.split()) == {str(path) for path in out.iterdir()}
    assert len(list(out.iterdir())) == 16


def test_export_writes_only_what_is_asked_for(tmp_path: Path) -> None:
    raw, _ = build_below(tmp_path)
    out = tmp_path / "out"
    common = ("export", "--store", store_of(raw), "--out", out)
    assert run(*common, "--year", 2022).exit_code == 0
    only = (out / "reports.csv").read_text("utf-8-sig")
    assert "甲局" in only and "南京市公安局" not in only
    assert run(*common, "--year", 2022, "--year", 2023).exit_code == 0
    both = (out / "reports.csv").read_text("utf-8-sig")
    assert "甲局" in both and "南京市公安局" in both


def test_export_fills_proven_blanks_when_asked(tmp_path: Path) -> None:
    name = "shanghai_gov_office_2019.html"
    raw = folder(tmp_path, {name: (RAW / "shanghai" / name).read_bytes()})
    run("build", "--raw", raw, "--out", store_of(raw))
    texts = []
    for blanks in ("keep", "proven"):
        run("export", "--store", store_of(raw), "--out", tmp_path / blanks, "--blanks", blanks)
        texts.append((tmp_path / blanks / "requests.csv").read_text("utf-8-sig"))
    assert ",blank,," in texts[0] and ",blank,0" not in texts[0]
    assert ",blank,0.0," in texts[1] and ",blank,," in texts[1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--region", "江苏"], "unknown region '江苏'"),
        (["--region", "上海市", "--region", "1"], "unknown region '1'"),
    ],
)
def test_export_of_an_unknown_region_is_a_wrong_request(
    tmp_path: Path, options: list[str], told: str
) -> None:
    raw, _ = build_below(tmp_path)
    result = run("export", "--store", store_of(raw), "--out", tmp_path / "out", *options)
    assert told in refusal(result)


@pytest.mark.parametrize("options", [["--scope", "both"], ["--blanks", "0"], ["--year", "MM"]])
def test_export_refuses_an_unknown_choice(options: list[str]) -> None:
    result = run("export", *options)
    assert result.exit_code == 2
    assert options[0] in result.output


def test_export_without_a_store_says_how_to_make_one(tmp_path: Path) -> None:
    result = run("export", "--store", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert "python -m analysis build" in refusal(result)


# ---- report ----


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ("[[run]]\nnotebook = 'nowhere'\n", "no notebook 'nowhere'"),
        ("[[run]\n", "plan.toml"),
        ("[[runs]]\n", "entries are [[run]]"),
    ],
)
def test_report_with_a_wrong_plan_is_a_wrong_request_and_builds_nothing(
    tmp_path: Path, plan: str, told: str
) -> None:
    put(tmp_path, "plan.toml", plan)
    raw = folder(tmp_path, {"a.html": page()})
    result = run("report", "--raw", raw, "--store", store_of(raw), "--runs", tmp_path / "plan.toml")
    assert told in refusal(result)
    assert not store_of(raw).exists()


def test_report_without_a_plan_is_a_wrong_request(tmp_path: Path) -> None:
    assert "nowhere.toml" in refusal(run("report", "--runs", tmp_path / "nowhere.toml"))


# ---- the program itself ----


def program(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the program on its own, not told how wide a terminal is."""
    given = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return subprocess.run(
        [sys.executable, "-m", "analysis", *map(str, arguments)],
        cwd=cwd,
        env=given | {"PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_program_builds_and_loads_where_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "data/raw/a.html", page())
    monkeypatch.chdir(tmp_path)
    assert run("build").exit_code == 0
    assert len(load("records")) == 200


def test_the_program_says_on_stderr_what_is_wrong_and_exits_2(tmp_path: Path) -> None:
    done = program("build", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == (
        "gongkai: no folder data/raw: put the report files there, or pass --raw"
    )
