"""The bench measures what it says at small sizes; how long anything takes is not tested."""

import json
import math
from pathlib import Path

import pytest
from bench import main
from bench_lines import Limit, line, table_of
from click.testing import CliRunner
from stores import built, store_of
from synthetic import synthetic_folder

from analysis import load


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict:
    out, tmp = tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("large")
    result = CliRunner().invoke(main, ["--quick", "--out", str(out), "--tmp", str(tmp)])
    assert result.exit_code == 0, result.output
    assert not list(tmp.iterdir()), "large inputs are left behind"
    told = (out / "bench.md").read_text(encoding="utf-8")
    assert all(
        each["what"] in told for each in json.loads((out / "bench.json").read_text())["lines"]
    )
    return dict(json.loads((out / "bench.json").read_text()))


def test_every_section_is_measured_and_every_figure_is_one(found: dict) -> None:
    sections = {each["section"] for each in found["lines"]}
    assert sections == set("reading workers changes memory cluster profile indicators".split())
    assert all(math.isfinite(each["value"]) and each["value"] >= 0 for each in found["lines"])
    assert len({(each["section"], each["what"]) for each in found["lines"]}) == len(found["lines"])


def test_shares_of_a_profile_are_of_one_whole(found: dict) -> None:
    wings = [e["value"] for e in found["lines"] if e["what"].startswith("all of ")]
    assert sum(wings) == pytest.approx(1)


def test_small_sizes_are_not_judged(found: dict) -> None:
    assert {each["kept"] for each in found["lines"]} == {None}


def test_a_limit_is_kept_or_said_not_to_be() -> None:
    kept = line("changes", "nothing changed", 0.011, "unchanged / full (CPU)")
    broken = line("workers", "two / one", 1.2, "two workers / one (wall)")
    assert (kept.limit, kept.kept, broken.kept) == (Limit(0.02, None), True, False)
    assert "| ≤ 0.02 | kept |" in table_of([kept]) and "NOT KEPT" in table_of([broken])
    assert line("profile", "readers", 0.5).kept is None


def test_a_measure_without_a_stated_limit_is_refused() -> None:
    with pytest.raises(KeyError, match="speed of light"):
        line("reading", "html", 1.0, "speed of light")


@pytest.mark.parametrize("agree", [True, False])
def test_synthetic_reports_contradict_one_another_only_where_they_are_to(
    tmp_path: Path, agree: bool
) -> None:
    raw = synthetic_folder(tmp_path / "raw", 20, agree)
    assert built(raw).verified == 20
    found = set(load("issues", store_of(raw))["check"])
    assert found == (set() if agree else {"carried_over", "stock", "stock_first_year"})
