"""Large inputs made on the fly, marked as SYNTHETIC: folders of reports as pages."""

from pathlib import Path

from helpers import SAMPLE, Table, with_row
from stores import page

from analysis.dataset.regions import regions

YEARS = range(2015, 2025)
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_FILES_A_FOLDER = 1000
_COUNTY_LEVEL = "county"
_STOCKED = ("规章", "行政规范性文件")
_LICENSING = "行政许可"
_RECEIVED = "一、本年新收政府信息公开申请数量"
_CARRIED_IN = "二、上年结转政府信息公开申请数量"
_HANDLED = "（七）总计"
_CARRIED_OUT = "四、结转下年度继续办理"
_AT_FIRST = 200  # so many times what SAMPLE has in force


def titled(agency: int, year: int) -> str:
    """Give the title of a made-up agency's report; names take no figures."""
    name = f"{agency:04}".translate(_DIGITS)
    return f"合成第{name}号教育局{year}年政府信息公开工作年度报告（SYNTHETIC）"


def synthetic_page(n: int, factor: int = 1, agree: bool = True) -> bytes:
    """Print the n-th report: a full form of 2021 whose sums hold.

    An agency's reports follow from one another, unless they are not to agree.
    """
    agency, year = divmod(n, len(YEARS))
    sizes = [factor * (agency % 97 + 2 + i) for i in range(-1, year + 1)]
    tables = [scaled(table, sizes[-1]) for table in SAMPLE]
    tables[0] = with_row(tables[0], _LICENSING, _LICENSING, str(factor * n + 1))
    if agree:
        tables[:2] = _following(tables[0], tables[1], sizes)
    return page(titled(agency, YEARS[year]), *tables)


def scaled(table: Table, factor: int) -> Table:
    """Give a table with every figure multiplied: its sums hold as before."""
    return [[_times(cell, factor) for cell in row] for row in table]


def _times(cell: str, factor: int) -> str:
    """Multiply a cell that is a figure."""
    if not cell.replace(".", "").isdecimal():
        return cell
    return f"{float(cell) * factor:.2f}".removesuffix(".00")


def _following(disclosure: Table, requests: Table, sizes: list[int]) -> tuple[Table, Table]:
    """Give tables that follow from those of the year before: what was carried over, what is left.

    In SAMPLE one more regulation and document ends than is made.
    """
    for label in _STOCKED:
        _, made, repealed, in_force = next(row for row in disclosure if row[0] == label)
        left = str(_AT_FIRST * int(in_force) // sizes[-1] - sum(sizes[1:]))
        disclosure = with_row(disclosure, label, label, made, repealed, left)
    own = {row[0]: [int(cell) for cell in row[1:]] for row in requests if row[1].isdecimal()}
    was = [n * sizes[-2] // sizes[-1] for n in own[_CARRIED_OUT]]
    ends = zip(own[_HANDLED], own[_CARRIED_OUT], was, strict=True)
    received = [handled + out - carried_in for handled, out, carried_in in ends]
    requests = with_row(requests, _RECEIVED, _RECEIVED, *map(str, received))
    return disclosure, with_row(requests, _CARRIED_IN, _CARRIED_IN, *map(str, was))


def synthetic_folder(raw: Path, n_files: int, agree: bool = True) -> Path:
    """Write a folder of reports with a manifest that states region and scope of each."""
    lines = ["path,region_code,scope"]
    codes = [code for code, region in regions().items() if region.level == _COUNTY_LEVEL]
    for n in range(n_files):
        path = raw / f"{n // _FILES_A_FOLDER:03}" / f"{n:06}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(synthetic_page(n, agree=agree))
        code = codes[n // len(YEARS) % len(codes)]
        lines.append(f"{path.relative_to(raw)},{code},agency")
    (raw / "manifest.csv").write_text("\n".join(lines) + "\n")
    return raw
