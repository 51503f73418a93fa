"""LibreOffice, where it is installed, as a converter for what no library reads well.

It runs apart from anyone's settings, without macros, and not for longer than `TIMEOUT` seconds.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

TIMEOUT = 120
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item></oor:items>"""


def to_docx(data: bytes, suffix: str) -> bytes | None:
    """A document as docx; None where LibreOffice is missing, fails, or takes too long."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / f"document.{suffix}"
        source.write_bytes(data)
        _write_settings(folder / "profile")
        _run(_command(program, folder, source), folder)
        converted = folder / "out" / "document.docx"
        return converted.read_bytes() if converted.is_file() else None


def _write_settings(profile: Path) -> None:
    """Lay out a profile of its own, in which no macro runs."""
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")


def _command(program: str, folder: Path, source: Path) -> list[str]:
    """What to run."""
    return [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--convert-to", "docx:MS Word 2007 XML"),
        *("--outdir", str(folder / "out"), str(source)),
    ]


def _run(command: list[str], folder: Path) -> None:
    """Run a command to its end; end it with all that it started when it takes too long."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
