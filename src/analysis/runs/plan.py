"""The plan of a scheduled run: `runs.toml` → validated runs."""

import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from analysis.comparison.article import text, title_of
from analysis.dataset.regions import regions, within
from analysis.documents.reference import ReferenceDataError

_KEYS = {"notebook", "years", "regions", "scopes", "languages"}
_SCOPES = ("agency", "aggregate")
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Run:
    """One notebook with its parameters; `name` is the name of its output files."""

    name: str
    notebook: Path
    parameters: dict[str, object]

    @property
    def language(self) -> str:
        """Language of the run's output: zh or en."""
        return str(self.parameters["language"])

    @property
    def title(self) -> str:
        """Title of the notebook in the run's language."""
        return title_of(self.notebook.stem, self.language)

    @property
    def told(self) -> str:
        """The run's scope, years and regions in words; empty where the notebook chooses."""
        scope = self.parameters.get("scope")
        told = [text(f"common.scope_{scope}", self.language)] if scope else []
        for name in ("years", "regions"):
            told += [str(item) for item in self.parameters.get(name, [])]  # type: ignore[attr-defined]
        known = regions()
        return " · ".join(known[item].name if item in known else item for item in told)


def read_plan(path: str | Path, notebooks: str | Path = "notebooks") -> list[Run]:
    """Read the runs of a plan: each entry, once for each of its languages and scopes.

    Raises ReferenceDataError, naming the entry, for an unknown key, notebook, scope, language or
    region, for a value of the wrong kind, for two runs of the same name, and for no run at all.
    """
    if not Path(path).is_file():
        raise ReferenceDataError(f"no plan of runs at {path}")
    try:
        plan = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ReferenceDataError(f"{path}: {error}") from error
    if set(plan) - {"run"} or not isinstance(plan.get("run", []), list):
        raise ReferenceDataError(f"{path}: entries are [[run]], not {sorted(plan)}")
    runs = [
        run
        for number, entry in enumerate(plan.get("run", []), start=1)
        for run in _runs(f"{path}, run {number}", entry, Path(notebooks))
    ]
    if not runs:
        raise ReferenceDataError(f"{path}: no [[run]] is planned")
    names = [run.name for run in runs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ReferenceDataError(f"{path}: planned twice: {', '.join(twice)}")
    return runs


def _runs(where: str, entry: dict, notebooks: Path) -> list[Run]:
    """The runs of one entry."""
    _check(where, entry, notebooks)
    scopes = entry.get("scopes") or [None]
    runs: list[Run] = []
    for scope, language in product(scopes, entry.get("languages") or _LANGUAGES):
        asked = {"scope": scope, "years": entry.get("years"), "regions": entry.get("regions")}
        parameters = {key: value for key, value in asked.items() if value}
        parameters["language"] = language
        chosen = [scope, *entry.get("years", []), *entry.get("regions", []), language]
        name = "-".join([entry["notebook"], *(str(part) for part in chosen if part)])
        runs.append(Run(name, notebooks / f"{entry['notebook']}.ipynb", parameters))
    return runs


def _check(where: str, entry: dict, notebooks: Path) -> None:
    """Refuse an entry that names something unknown."""
    if unknown := set(entry) - _KEYS:
        named, keys = ", ".join(sorted(unknown)), ", ".join(sorted(_KEYS))
        raise ReferenceDataError(f"{where}: unknown key {named}; known are {keys}")
    for key in sorted(_KEYS & set(entry) - {"notebook"}):
        kind, told = (int, "whole numbers") if key == "years" else (str, "texts")
        if not isinstance(entry[key], list) or any(type(item) is not kind for item in entry[key]):
            raise ReferenceDataError(f"{where}: {key} is a list of {told}, not {entry[key]!r}")
    if not (notebooks / f"{entry.get('notebook')}.ipynb").is_file():
        raise ReferenceDataError(f"{where}: no notebook {entry.get('notebook')!r} in {notebooks}")
    for key, known in (("scopes", _SCOPES), ("languages", _LANGUAGES)):
        if wrong := set(entry.get(key, [])) - set(known):
            named, names = ", ".join(sorted(wrong)), ", ".join(known)
            raise ReferenceDataError(f"{where}: unknown {key} {named}; known are {names}")
    try:
        within(list(entry.get("regions", [])))
    except ValueError as error:
        raise ReferenceDataError(f"{where}: {error}") from error
