"""Make src/analysis/reference/fonts/NotoSansSC-gongkai.ttf, the font of every figure.

The input is a static Noto Sans SC Regular in TrueType form, such as
400Regular/NotoSansSC_400Regular.ttf of the npm package @expo-google-fonts/noto-sans-sc 0.4.3 (a
variable font would draw Thin). The output keeps ASCII, Latin-1, Greek, the signs of Chinese print,
the hanzi of GB 2312 and those in the names of divisions and zones and the labels of forms; it drops
hinting and every table that matplotlib does not read. The font is under the SIL Open Font License
1.1: OFL.txt beside it is the package's LICENSE_FONT.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

REFERENCE = Path(__file__).resolve().parents[1] / "src/analysis/reference"
FONT = REFERENCE / "fonts/NotoSansSC-gongkai.ttf"

# Blocks of which whatever the font has is kept.
BLOCKS = {
    "Latin-1": (0x00A0, 0x00FF),
    "Greek": (0x0391, 0x03C9),
    "general punctuation": (0x2010, 0x205E),
    "superscripts and subscripts": (0x2070, 0x2099),
    "letterlike symbols": (0x2103, 0x2127),
    "number forms": (0x2150, 0x217F),
    "arrows": (0x2190, 0x21D4),
    "mathematical operators": (0x2200, 0x22FF),
    "enclosed numbers": (0x2460, 0x249B),
    "box drawing, blocks and shapes": (0x2500, 0x25FF),
    "miscellaneous symbols": (0x2605, 0x2606),
    "CJK punctuation": (0x3000, 0x301F),
    "enclosed ideographs": (0x3220, 0x3229),
    "squared units": (0x3380, 0x33DF),
    "full-width forms": (0xFF01, 0xFF5E),
    "full-width signs": (0xFFE0, 0xFFE6),
}
# Signs that figures and labels use: the font must have each.
SIGNS = "–—…·×±≤≥≈≠→←↑↓°‰√∑○●◎◇◆□■△▲▽▼☆★−¹²³½“”‘’、。《》〈〉「」『』【】〔〕（），．：；！？％～￥①②③Ⅰ㎡φχσ"  # noqa: E501
NAME_RECORDS = {
    "copyright": 0,
    "family": 1,
    "style": 2,
    "unique id": 3,
    "full name": 4,
    "version": 5,
    "PostScript name": 6,
    "trademark": 7,
    "licence": 13,
    "licence address": 14,
}
UNREAD_TABLES = ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "vhea", "vmtx"]
REGULAR = 400


def main(arguments: Sequence[str] | None = None) -> None:
    """Check the font given, keep the characters wanted and write the rest away."""
    parser = argparse.ArgumentParser(description="Make the font of the figures.")
    parser.add_argument("font", type=Path, help="a static Noto Sans SC Regular, TrueType")
    parser.add_argument("--out", type=Path, default=FONT, help="file to write")
    parsed = parser.parse_args(arguments)
    font = TTFont(parsed.font, recalcTimestamp=False)
    required = required_characters()
    check_font(font, required)
    subset(font, required | optional_characters())
    font.save(parsed.out)
    print(f"{len(font.getBestCmap())} characters, {parsed.out.stat().st_size:,} bytes")


def required_characters() -> set[str]:
    """Collect the characters that the font must have."""
    ascii_characters = {chr(code) for code in range(0x20, 0x7F)}
    return ascii_characters | set(SIGNS) | gb2312_hanzi() | reference_characters()


def optional_characters() -> set[str]:
    """Collect the characters of the blocks that are kept where the font has them."""
    return {chr(code) for first, last in BLOCKS.values() for code in range(first, last + 1)}


def gb2312_hanzi() -> set[str]:
    """Give the 6,763 hanzi of GB 2312, rows 16 to 87."""
    pairs = [(0xA0 + row, 0xA0 + cell) for row in range(16, 88) for cell in range(1, 95)]
    return set("".join(bytes(pair).decode("gb2312", errors="ignore") for pair in pairs))


def reference_characters() -> set[str]:
    """Collect the characters of the names of divisions and zones and of the forms' labels."""
    names = (REFERENCE / name for name in ("regions.csv", "zones.csv"))
    tables = [*names, *(REFERENCE / "forms").glob("*.csv")]
    text = "".join(table.read_text(encoding="utf-8-sig") for table in tables)
    return {character for character in text if character.isprintable()}


def check_font(font: TTFont, required: set[str]) -> None:
    """Raise ValueError unless the font is static, Regular and has every required character."""
    if "fvar" in font or "glyf" not in font or font["OS/2"].usWeightClass != REGULAR:
        raise ValueError("not a static Regular in TrueType form")
    missing = required - {chr(code) for code in font.getBestCmap()}
    if missing:
        raise ValueError(f"the font lacks {''.join(sorted(missing))}")


def subset(font: TTFont, characters: set[str]) -> None:
    """Reduce the font in place to the characters, without hinting and layout features."""
    options = Options(
        hinting=False,
        layout_features=[],
        name_IDs=list(NAME_RECORDS.values()),
        notdef_outline=True,
    )
    options.drop_tables += UNREAD_TABLES
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)


if __name__ == "__main__":
    main()
