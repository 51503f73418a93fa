"""Recognises lines of text cut out of a page, by the models that ship with rapidocr."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import rapidocr

from analysis.documents.readers.scan.picture import Pixels

_MODEL = Path(rapidocr.__file__).parent / "models" / "PP-OCRv6_rec_small.onnx"
_HEIGHT = 48


class Read(NamedTuple):
    """What a line reads, and how sure its least sure character and all are, from 0 to 1."""

    text: str
    least: float
    mean: float


@lru_cache(maxsize=1)
def _engine() -> rapidocr.RapidOCR:
    """The recogniser; its model is a file of the package, so that nothing is downloaded."""
    threads = dict.fromkeys(("intra_op_num_threads", "inter_op_num_threads"), 1)
    return rapidocr.RapidOCR(
        params={f"EngineConfig.onnxruntime.{name}": n for name, n in threads.items()}
        | {
            "Global.log_level": "error",
            "Global.return_word_box": True,
            "Rec.model_path": str(_MODEL),
            "Rec.rec_img_shape": [3, _HEIGHT, _HEIGHT],
            "Rec.rec_batch_num": 4,  # more is no faster and takes memory
        }
    )


def recognise(lines: Sequence[Pixels]) -> list[Read]:
    """Read grey pictures of one line of text each, in one go."""
    if not lines:
        return []
    result = _engine().recognize_txt([cv2.cvtColor(line, cv2.COLOR_GRAY2BGR) for line in lines])
    sure = [getattr(words, "confs", None) or [0.0] for words in result.word_results]
    return [
        Read(text, float(min(confidences)), float(np.mean(confidences)))
        for text, confidences in zip(result.txts, sure, strict=True)
    ]
