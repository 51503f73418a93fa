"""The plan of a scheduled run: `runs.toml` → validated runs."""

import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from analysis.comparison.article import text
from analysis.dataset.places import within
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
        return text(f"{self.notebook.stem}.title", self.language).lstrip("# ")

    @property
    def told(self) -> str:
        """The run's scope, years and regions in words."""
        scope = self.parameters.get("scope")
        told = [text(f"common.scope_{scope}", self.language)] if scope else []
        for name in ("years", "regions"):
            told += [str(item) for item in self.parameters.get(name, [])]  # type: ignore[attr-defined]
        return " · ".join(told)


def read_plan(path: str | Path, notebooks: str | Path = "notebooks") -> list[Run]:
    """Read the runs of a plan: each entry, once for each of its languages and scopes.

    Raises ReferenceDataError, naming the entry, for an unknown key, notebook, scope, language or
    region, and for two runs of the same name.
    """
    try:
        plan = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ReferenceDataError(f"{path}: {error}") from error
    if set(plan) - {"run"}:
        raise ReferenceDataError(f"{path}: entries are [[run]], not {sorted(set(plan) - {'run'})}")
    runs = [
        run
        for number, entry in enumerate(plan.get("run", []), start=1)
        for run in _runs(f"{path}, run {number}", entry, Path(notebooks))
    ]
    names = [run.name for run in runs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ReferenceDataError(f"{path}: planned twice: {', '.join(twice)}")
    return runs


def _runs(where: str, entry: dict, notebooks: Path) -> list[Run]:
    """The runs of one entry."""
    _check(where, entry, notebooks)
    scopes = entry.get("scopes", [None])
    runs: list[Run] = []
    for scope, language in product(scopes, entry.get("languages", list(_LANGUAGES))):
        years, regions = entry.get("years"), entry.get("regions")
        chosen = [scope, *(years or []), *(regions or [])]
        parts = [entry["notebook"], *(str(part) for part in chosen if part)]
        name = "-".join([*parts, language])
        told = {"years": years, "regions": regions, "scope": scope, "language": language}
        parameters = {key: value for key, value in told.items() if value}
        runs.append(Run(name, notebooks / f"{entry['notebook']}.ipynb", parameters))
    return runs


def _check(where: str, entry: dict, notebooks: Path) -> None:
    """Refuse an entry that names something unknown."""
    if unknown := set(entry) - _KEYS:
        raise ReferenceDataError(f"{where}: unknown {sorted(unknown)}; known are {sorted(_KEYS)}")
    if not (notebooks / f"{entry.get('notebook')}.ipynb").is_file():
        raise ReferenceDataError(f"{where}: no notebook {entry.get('notebook')!r} in {notebooks}")
    for key, known in (("scopes", _SCOPES), ("languages", _LANGUAGES)):
        if wrong := set(entry.get(key, [])) - set(known):
            raise ReferenceDataError(f"{where}: unknown {key} {sorted(wrong)}; known are {known}")
    try:
        within(list(entry.get("regions") or []))
    except ValueError as error:
        raise ReferenceDataError(f"{where}: {error}") from error
