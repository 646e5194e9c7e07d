"""Sheets of all pages of the PDF, to be looked at: python -m tests.audit.sheets (`make pdf-sheet`)."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from tests.conftest import ROOT

PDF = ROOT / "_build" / "latex" / "two-ladders.pdf"
ACROSS, DOWN = 6, 3
DOTS = 50  # per inch: headings can be read, a gap or an overhang can be seen


def write(pdf: Path = PDF) -> list[Path]:
    """Write sheet-NN.png beside the PDF, as many as it takes, in the place of earlier ones. Needs pdftoppm."""
    for old in pdf.parent.glob("sheet-*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(DOTS), "-png", pdf, f"{folder}/page"], check=True)
        pages = sorted(Path(folder).glob("page-*.png"))
        return [
            _sheet(pages[start : start + ACROSS * DOWN], pdf.with_name(f"sheet-{number:02d}.png"))
            for number, start in enumerate(range(0, len(pages), ACROSS * DOWN), start=1)
        ]


def _sheet(pages: list[Path], target: Path) -> Path:
    """Pages in reading order on one picture, with a grey gap between them."""
    width, height = (side + 4 for side in Image.open(pages[0]).size)
    sheet = Image.new("RGB", (ACROSS * width, DOWN * height), "grey")
    for place, page in enumerate(pages):
        sheet.paste(Image.open(page), (place % ACROSS * width, place // ACROSS * height))
    sheet.save(target)
    return target


if __name__ == "__main__":
    print(f"{len(write())} sheets are beside {PDF.relative_to(ROOT)}")
