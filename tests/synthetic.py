"""Large inputs made on the fly, marked as SYNTHETIC: folders of reports as pages."""

from pathlib import Path

from helpers import SAMPLE, Table
from stores import page

from analysis.dataset.regions import regions

YEARS = range(2015, 2025)
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_FILES_A_FOLDER = 1000
_COUNTY_LEVEL = "county"


def titled(agency: int, year: int) -> str:
    """Give the title of a made-up agency's report; names take no figures."""
    name = f"{agency:04}".translate(_DIGITS)
    return f"合成第{name}号教育局{year}年政府信息公开工作年度报告（SYNTHETIC）"


def scaled(tables: tuple[Table, ...], factor: int) -> list[Table]:
    """Give tables with every figure multiplied: their sums hold as before."""
    return [[[_times(cell, factor) for cell in row] for row in table] for table in tables]


def _times(cell: str, factor: int) -> str:
    """Multiply a cell that is a figure."""
    if not cell.replace(".", "").isdecimal():
        return cell
    return f"{float(cell) * factor:.2f}".removesuffix(".00")


def synthetic_page(n: int, factor: int = 1) -> bytes:
    """Print the n-th report: a full form of 2021 whose sums hold."""
    agency, year = divmod(n, len(YEARS))
    return page(titled(agency, YEARS[year]), *scaled(SAMPLE, factor * (n % 97 + 1)))


def synthetic_folder(raw: Path, n_files: int) -> Path:
    """Write a folder of reports with a manifest that states region and scope of each."""
    lines = ["path,region_code,scope"]
    codes = [code for code, region in regions().items() if region.level == _COUNTY_LEVEL]
    for n in range(n_files):
        path = raw / f"{n // _FILES_A_FOLDER:03}" / f"{n:06}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(synthetic_page(n))
        code = codes[n // len(YEARS) % len(codes)]
        lines.append(f"{path.relative_to(raw)},{code},agency")
    (raw / "manifest.csv").write_text("\n".join(lines) + "\n")
    return raw
