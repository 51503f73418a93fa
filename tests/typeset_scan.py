"""Prints scans: pages drawn as PDF, rendered as pictures, and worn as scanners and copies wear."""

import io
from random import Random

import numpy as np
import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from typeset_pdf import print_pdf
from typesetter import UNREAD_IN_SCANS, Block, Job

DPI = {"dpi_130": 130, "dpi_150": 150, "dpi_300": 300}
MOST_SKEW = 2.0  # degrees
QUALITY = 40  # of the JPEG that artefacts are wanted in
WRONG_TEXT = "99 98 97 96 95 94 93"


def print_scan(job: Job, blocks: list[Block]) -> bytes:
    """Print a report, scan its pages, and keep them as a PDF of pictures or as a picture file."""
    if job.names & UNREAD_IN_SCANS:
        job.lost |= job.truth.keys()
    dpi = next((dpi for name, dpi in DPI.items() if name in job.names), 200)
    document = pdfium.PdfDocument(print_pdf(job, blocks))
    pages = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
    pages = [worn(job, page, job.chance(f"scan {n}")) for n, page in enumerate(pages)]
    if "as_tiff" in job.names:
        return as_tiff(pages, dpi)
    return as_pdf(job, pages, dpi)


def worn(job: Job, page: Image.Image, rng: Random) -> Image.Image:
    """Skew a page, strew noise on it and compress it as the hazards ask for."""
    if "skewed" in job.names:
        angle = rng.choice((-1, 1)) * rng.uniform(0.3, MOST_SKEW)
        page = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    if "noise" in job.names:
        page = noisy(page, rng)
    if "jpeg_artefacts" in job.names:
        out = io.BytesIO()
        page.save(out, "JPEG", quality=QUALITY)
        page = Image.open(out)
    return page


def noisy(page: Image.Image, rng: Random) -> Image.Image:
    """Grey the paper and strew specks."""
    grain = np.random.default_rng(rng.randrange(2**32))
    grey = np.asarray(page, dtype=np.float32) * 0.9 + 10
    grey += grain.normal(0, 6, grey.shape)
    grey[grain.random(grey.shape) < 0.0005] = 40
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def as_tiff(pages: list[Image.Image], dpi: int) -> bytes:
    """Keep the pages as one picture file of several pages."""
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], dpi=(dpi, dpi))
    return out.getvalue()


def as_pdf(job: Job, pages: list[Image.Image], dpi: int) -> bytes:
    """Keep the pages as a PDF of pictures, perhaps with unseen text that a bad recogniser left."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in pages:
        width, height = (side * 72 / dpi for side in page.size)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(page), 0, 0, width, height)
        if "wrong_text_layer" in job.names:
            wrong_text(canvas, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def wrong_text(canvas: Canvas, height: float) -> None:
    """Lay unseen text over a page whose figures are not those of the picture."""
    text = canvas.beginText(60, height - 80)
    text.setFont("Helvetica", 9)
    text.setTextRenderMode(3)
    for _ in range(30):
        text.textLine(WRONG_TEXT)
    canvas.drawText(text)
