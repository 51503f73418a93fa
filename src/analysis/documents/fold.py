"""Folds Chinese text: the one place where print variants of a label become one key."""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_TO_SIMPLIFIED = OpenCC("t2s")
_SPACE = re.compile(r"[\s\u200b-\u200f\u2028-\u202f\u2060\ufeff\u00ad\ufffc]+")
_ORDINAL = re.compile(
    r"(?:^|(?<=其中))[^\w(]*(?:\([一二三四五六七八九十\d]{1,3}\)"
    r"|[一二三四五六七八九十]{1,3}[、.):,]|\d{1,2}(?!\d|年))[、.):,]*"
)
_QIAN = re.compile("乾(?=安|[县縣])")  # in 乾县 and 乾安县 it is simplified already
_BRACKETS = str.maketrans("[【〔{〈〕】]}〉", "(((((" + ")))))")
LONGEST_LABEL = 500  # with its notes; looking for notes in whole pages of text takes too long
_NOT_A_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Text as it would be typed today: NFKC, no white space, round brackets, simplified."""
    bare = _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)
    return "乾".join(map(_TO_SIMPLIFIED.convert, _QIAN.split(bare)))


@lru_cache(maxsize=1)
def _note() -> re.Pattern[str]:
    """A note in brackets, but none that changes what is counted: that stays in the label."""
    from analysis.documents.reference import load_toml  # which folds labels itself

    words = load_toml("words.toml")["notes"]
    begin, have = "|".join(words["begin"]), "|".join(words["have"])
    return re.compile(rf"\((?!{begin}|[^()]*(?:{have}))[^()]*(?:\)|$)")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The key of a label: plain text without ordinal, bracketed notes and punctuation.

    >>> fold("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    '部分公开'
    >>> fold("规 章") == fold("规章")
    True
    """
    bare = _ORDINAL.sub("", plain(text))
    if len(bare) > LONGEST_LABEL:
        return _NOT_A_WORD.sub("", bare)
    without_notes = bare
    while _note().search(without_notes):
        without_notes = _note().sub("", without_notes)
    return _NOT_A_WORD.sub("", without_notes) or _NOT_A_WORD.sub("", bare)
