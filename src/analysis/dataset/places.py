"""Whose report: what a title tells of agency and year."""

from dataclasses import dataclass

from analysis.documents.title import agency_in, year_in


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report it is; None where not known."""

    agency: str | None = None
    agency_type: str | None = None
    region_code: str | None = None
    level: str | None = None
    scope: str | None = None
    year: int | None = None


def identify(
    title: str, agency: str | None = None, text: str | None = None, url: str | None = None
) -> Identity:
    """Agency and year that a title states; `agency` wins over the title, `text` may give the year.

    Region, level, scope and kind of agency stay None: they are stated in the manifest. Nothing is
    guessed.
    """
    year = year_in(title) or (year_in(text) if text else None)
    return Identity(agency=agency or agency_in(title), year=year)
