"""The indicators of the notebooks in plain SQL, as an analyst would write it for these files.

One pass over each year's files. What makes it quick: cells are numbered before they are grouped;
figures that are not known are NaN, so that one sum tells a quantity and whether it is known; which
cells are suspect is told by bits. It knows this store: each cell is printed once, no report is
another's copy or member.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

_DENIED = (
    *("denied_state_secret", "denied_law_forbids", "denied_security_stability"),
    *("denied_third_party", "denied_internal_affairs", "denied_process_information"),
    *("denied_enforcement_file", "denied_inquiry"),
)
_UNAVAILABLE = ("unavailable_not_held", "unavailable_must_create", "unavailable_unclear")
_UNPROCESSED = (
    *("unprocessed_petition", "unprocessed_duplicate", "unprocessed_publication"),
    *("unprocessed_excessive", "unprocessed_reissue"),
)
_OTHER = ("other", "other_not_corrected", "other_fee_unpaid", "other_remaining")
_ROUTES = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
_RESULTS = ("upheld", "corrected", "other", "pending", "total")

Cells = tuple[str, tuple[str, ...], str]


def _old(*rows: str) -> Cells:
    """Figures of the list of 2014."""
    return ("statistics", rows, "count")


def _requests(*rows: str) -> Cells:
    """Totals of the table of requests."""
    return ("requests", rows, "total")


_SINCE_2019: dict[str, Cells] = {
    "received": _requests("received"),
    "carried_in": _requests("carried_in"),
    "granted": _requests("granted"),
    "in_part": _requests("granted_in_part"),
    "denied": _requests(*_DENIED),
    "unavailable": _requests(*_UNAVAILABLE),
    "unprocessed": _requests(*_UNPROCESSED),
    "other": _requests(*_OTHER),
    "handled": _requests("handled_total"),
    **{row: _requests(row) for row in _DENIED},
    **{
        f"{route}_{result}": ("disputes", (route,), result)
        for route in _ROUTES
        for result in _RESULTS
    },
}
_IN_2014: dict[str, Cells] = {
    "received": _old("requests_total"),
    "granted": _old("replies_granted", "replies_already_public"),
    "in_part": _old("replies_granted_in_part"),
    "denied": _old("replies_denied"),
    "handled": _old("replies_total"),
    "reconsideration_corrected": _old("reconsiderations_corrected"),
    "reconsideration_decided": _old("reconsiderations"),
    "litigation_corrected": _old("lawsuits_corrected"),
    "litigation_decided": _old("lawsuits"),
}
QUANTITIES = {"2014": _IN_2014, "2019": _SINCE_2019, "2021": _SINCE_2019}

_DIRECT, _AFTER = _ROUTES[1:]
_RATES: dict[str, tuple[str, str]] = {
    "disclosure_rate": ("granted + in_part", "handled"),
    "full_disclosure_rate": ("granted", "handled"),
    "granted_in_part_rate": ("in_part", "handled"),
    "denial_rate": ("denied", "handled"),
    "unavailable_rate": ("unavailable", "handled"),
    "unprocessed_rate": ("unprocessed", "handled"),
    "other_rate": ("other", "handled"),
    "requests_received": ("received", "0"),
    "completion_rate": ("handled", "received + carried_in"),
    **{f"denial_reason_share.{row}": (row, "denied") for row in _DENIED},
    "dispute_ratio": (f"reconsideration_total + {_DIRECT}_total", "handled"),
    "litigation_ratio": (f"{_DIRECT}_total + {_AFTER}_total", "handled"),
    "reconsideration_correction_rate": (
        "reconsideration_corrected",
        "reconsideration_total - reconsideration_pending",
    ),
    "litigation_correction_rate": (
        f"{_DIRECT}_corrected + {_AFTER}_corrected",
        f"{_DIRECT}_total - {_DIRECT}_pending + {_AFTER}_total - {_AFTER}_pending",
    ),
    **{f"pending_share.{route}": (f"{route}_pending", f"{route}_total") for route in _ROUTES},
    "after_reconsideration_share": (f"{_AFTER}_total", f"{_DIRECT}_total + {_AFTER}_total"),
    **{
        f"reconsideration_result_share.{result}": (
            f"reconsideration_{result}",
            "reconsideration_total",
        )
        for result in _RESULTS[:-1]
    },
    **{
        f"litigation_result_share.{result}": (
            f"{_DIRECT}_{result} + {_AFTER}_{result}",
            f"{_DIRECT}_total + {_AFTER}_total",
        )
        for result in _RESULTS[:-1]
    },
}
_RATES_IN_2014 = _RATES | {
    "reconsideration_correction_rate": ("reconsideration_corrected", "reconsideration_decided"),
    "litigation_correction_rate": ("litigation_corrected", "litigation_decided"),
}
RATES = {"2014": _RATES_IN_2014, "2019": _RATES, "2021": _RATES}


def query(form: str, codes: Sequence[str], files: Sequence[str]) -> str:
    """SQL that pools a year's indicators by province: numerator, denominator and counts of each.

    It asks the table `reports` (report_id, province) of that year; nothing where the form of that
    year does not ask what the indicators need.
    """
    quantities, rates = QUANTITIES[form], RATES[form]
    known = {code: rates[code] for code in codes if _names(rates[code]) <= quantities.keys()}
    used = set().union(*map(_names, known.values()))
    cells = {name: quantities[name] for name in quantities if name in used}
    if not cells:
        return ""
    numbers = _numbers(cells)
    listed = ", ".join(f"'{file}'" for file in files)
    wanted = ", ".join(f"({t!r}, {r!r}, {c!r}, {n})" for (t, r, c), n in numbers.items())
    return f"""
        WITH units AS (
            SELECT report_id, {", ".join(_sums(cells, numbers))},
                bit_or(CASE WHEN suspect THEN 1::BIGINT << k ELSE 0 END) AS suspects
            FROM (
                SELECT report_id, k, suspect,
                    CASE WHEN proven THEN 0.0 ELSE coalesce(value, 'NaN'::DOUBLE) END AS v
                FROM read_parquet([{listed}], hive_partitioning = false)
                JOIN (VALUES {wanted}) AS wanted("table", "row", "column", k)
                    USING ("table", "row", "column")
                WHERE {_where(cells)}
            )
            GROUP BY report_id
        )
        SELECT province, count(*) AS n_total, {", ".join(_pooled(known, cells, numbers))}
        FROM reports LEFT JOIN units USING (report_id) GROUP BY province
    """


def _names(rate: tuple[str, str]) -> set[str]:
    """The quantities of a rate."""
    return {word for word in " ".join(rate).split() if word.isidentifier()}


def _numbers(cells: Mapping[str, Cells]) -> dict[tuple[str, str, str], int]:
    """A number for each cell, so that rows are told by it and not by three texts."""
    every = {(table, row, column) for table, rows, column in cells.values() for row in rows}
    return {cell: number for number, cell in enumerate(sorted(every))}


def _of(cells: Cells, numbers: Mapping[tuple[str, str, str], int]) -> list[int]:
    """The numbers of the cells of a quantity."""
    table, rows, column = cells
    return [numbers[table, row, column] for row in rows]


def _where(cells: Mapping[str, Cells]) -> str:
    """The condition that chooses all of these cells before they are numbered."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for table, rows, column in cells.values():
        wanted.setdefault((table, column), set()).update(rows)
    return " OR ".join(
        f'("table" = {table!r} AND "column" = {column!r} AND "row" IN ({_listed(rows)}))'
        for (table, column), rows in wanted.items()
    )


def _listed(rows: Iterable[str]) -> str:
    """Texts of SQL with commas between."""
    return ", ".join(map(repr, sorted(rows)))


def _sums(cells: Mapping[str, Cells], numbers: Mapping[tuple[str, str, str], int]) -> Iterator[str]:
    """For each quantity its sum, NaN where a figure is not known."""
    for name, each in cells.items():
        some = ", ".join(map(str, _of(each, numbers)))
        yield f"sum(CASE WHEN k IN ({some}) THEN v END) AS {name}"


def _pooled(
    rates: Mapping[str, tuple[str, str]],
    cells: Mapping[str, Cells],
    numbers: Mapping[tuple[str, str, str], int],
) -> Iterator[str]:
    """For each indicator both sides over reports that have them, and the counts of those."""
    for code, (numerator, denominator) in rates.items():
        known = f"isfinite({numerator} + {denominator})"
        used = {n for name in _names((numerator, denominator)) for n in _of(cells[name], numbers)}
        yield f'sum({numerator}) FILTER ({known}) AS "{code} numerator"'
        yield f'sum({denominator}) FILTER ({known}) AS "{code} denominator"'
        yield f'count(*) FILTER ({known}) AS "{code} n_reports"'
        is_suspect = f"suspects & {sum(2**n for n in used)} > 0"
        yield f'count(*) FILTER ({known} AND {is_suspect}) AS "{code} n_suspect"'
