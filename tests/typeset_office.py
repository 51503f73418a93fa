"""Prints what only an office program writes: xls by itself, and doc, rtf and its PDF by conversion.

LibreOffice converts typeset Word documents, many in one call since its start is slow. It is used
where it is installed; what it makes is set by a program that is not ours, from the same truth.
"""

import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import xlwt
from typeset_pages import FONT_FILE
from typeset_tricks import number_look, old_style
from typesetter import NUMBER, Block, Grid, Job, Text, Typeset, print_docx, runs, typeset

FILTERS = {"doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "pdf_office": "pdf"}
SUFFIXES = {"pdf_office": "pdf"}
SECONDS_A_FILE = 30
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def print_xls(job: Job, blocks: list[Block]) -> bytes:
    """Print a workbook of the old kind, all on one sheet, figures as numbers or as text."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet, top = book.add_sheet("Sheet1"), 0
    typed = job.chance("workbook").random() < 0.7
    for block in blocks:
        if isinstance(block, Text):
            sheet.write(top, 0, block.text)
            top += 1
        else:
            xls_table(job, sheet, top, block, typed)
            top += len(block.rows) + 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls_table(job: Job, sheet: xlwt.Worksheet, top: int, grid: Grid, typed: bool) -> None:
    """Write a grid into a sheet, merged cells merged."""
    for number in range(len(grid.rows)):
        for place, width, height, cell in runs(grid, number):
            if not height:
                continue
            look = number_look(job, cell)
            figure = typed and re.fullmatch(NUMBER, cell.text)
            value, code = look or (float(cell.text) if figure else cell.text, "General")
            style = xlwt.easyxf(old_style(job, cell), num_format_str=code)
            row = top + number
            if width > 1 or height > 1:
                sheet.write_merge(row, row + height - 1, place, place + width - 1, value, style)
            else:
                sheet.write(row, place, value, style)


def print_doc(job: Job, blocks: list[Block]) -> bytes:
    """Print one old Word document."""
    return convert([print_docx(job, blocks)], "doc")[0]


def print_rtf(job: Job, blocks: list[Block]) -> bytes:
    """Print one document in rich text."""
    return convert([print_docx(job, blocks)], "rtf")[0]


def print_pdf_office(job: Job, blocks: list[Block]) -> bytes:
    """Print one PDF document as the office program lays it out."""
    return convert([print_docx(job, blocks)], "pdf_office")[0]


def typeset_many(fmt: str, seeds: Iterable[int]) -> list[Typeset]:
    """Set documents that the office program converts, all in one call."""
    documents = [typeset(seed, fmt, printer=print_docx) for seed in seeds]
    converted = convert([document.data for document in documents], fmt)
    return [replace(d, data=data) for d, data in zip(documents, converted, strict=True)]


def office() -> str | None:
    """Find the office program, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(documents: list[bytes], fmt: str) -> list[bytes]:
    """Convert Word documents; raises RuntimeError where the program is missing or fails."""
    program, suffix = office(), SUFFIXES.get(fmt, fmt)
    if program is None:
        raise RuntimeError(f"LibreOffice is not installed: no {fmt} documents can be made")
    with tempfile.TemporaryDirectory(prefix="typeset") as folder:
        home = Path(folder)
        paths = [home / f"{number}.docx" for number in range(len(documents))]
        for path, data in zip(paths, documents, strict=True):
            path.write_bytes(data)
        fonts = FONTS.format(fonts=FONT_FILE.parent, cache=home / "cache")
        (home / "fonts.conf").write_text(fonts, encoding="utf-8")
        command = [program, f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", FILTERS[fmt], "--outdir", str(home / "out"), *map(str, paths)]
        environment = os.environ | {"FONTCONFIG_FILE": str(home / "fonts.conf")}
        timeout = 60 + SECONDS_A_FILE * len(paths)
        subprocess.run(command, capture_output=True, check=True, timeout=timeout, env=environment)
        return [(home / "out" / f"{path.stem}.{suffix}").read_bytes() for path in paths]
