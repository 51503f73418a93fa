"""Prints documents wrapped in others: a page as a mail message, and a report in an archive."""

import base64
import quopri
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart

from typesetter import Block, Job, pack, print_docx, print_html, print_xlsx, wrong_declaration

INNER = {"docx": print_docx, "html": print_html, "xlsx": print_xlsx}
STYLE = b"td { border: 1px solid windowtext } .total { font-weight: bold }"


def print_html_doc(job: Job, blocks: list[Block]) -> bytes:
    """Print a page as Word saves it under a Word suffix."""
    return print_html(job, blocks)


def print_mht(job: Job, blocks: list[Block]) -> bytes:
    """Print a page and its style sheet as one mail message, as browsers and Word save pages."""
    message = MIMEMultipart("related", boundary="----=_NextPart_01", type="text/html")
    message["Subject"] = str(job.facts["title"])
    page = MIMENonMultipart("text", "html", charset=declared(job))
    coding = job.chance("mht").choice(("base64", "quoted-printable"))
    message.attach(encoded(page, print_html(job, blocks), coding))
    message.attach(encoded(MIMENonMultipart("text", "css"), STYLE, "base64"))
    return message.as_bytes()


def declared(job: Job) -> str:
    """Give the encoding that the message declares: the one that the page declares."""
    if "wrong_declaration" in job.names:
        return wrong_declaration(job)[0]
    if "utf16_bom" in job.names:
        return "unicode"
    return "gb2312" if "gb2312_declared" in job.names else "utf-8"


def encoded(part: MIMENonMultipart, data: bytes, coding: str) -> MIMENonMultipart:
    """Fill a part of a message with encoded bytes."""
    part["Content-Transfer-Encoding"] = coding
    data = base64.encodebytes(data) if coding == "base64" else quopri.encodestring(data)
    part.set_payload(data.decode("ascii"))
    return part


def print_zip(job: Job, blocks: list[Block]) -> bytes:
    """Print a report in an archive, perhaps in a folder and with what systems leave there."""
    rng = job.chance("zip")
    kind = rng.choice(sorted(INNER))
    folder = rng.choice(("", "附件/", "2023 年报/"))
    parts = {f"{folder}年度报告.{kind}": INNER[kind](job, blocks)}
    if rng.random() < 0.5:
        parts |= {"__MACOSX/._年度报告": b"Mac OS X", "desktop.ini": b"[.ShellClassInfo]\r\n"}
    return pack(parts)
