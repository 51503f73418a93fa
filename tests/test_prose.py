"""Figures in sentences: what is read, and what is left alone because it tells of something else."""

import pytest

from analysis.documents.narrative import Section
from analysis.documents.prose import Claim, figures, number

GOVERNMENT = "宿迁市人民政府"


def claims(sentence: str, heading: str = "一、总体情况", agency: str = GOVERNMENT) -> list[Claim]:
    """Read the figures of one sentence of a section."""
    return figures([Section(1, heading, sentence)], agency)


def told(sentence: str, heading: str = "一、总体情况", agency: str = GOVERNMENT) -> dict[str, float]:
    """Give the plain figures of a sentence by quantity; shares behind a %."""
    found = [claim for claim in claims(sentence, heading, agency) if not claim.odd]
    return {c.quantity + c.unit.replace("件", ""): c.value for c in found}


PLAIN = [
    ("2024年，全市共收到政府信息公开申请3,210件。", {"received": 3210}),
    ("本年度新收政府信息公开申请数量58件，上年结转4件。", {"received": 58, "carried_in": 4}),
    ("全年共受理依申请公开１２６件，均在法定期限内办结。", {"received": 126}),
    ("2023年度我局收到公民、法人和其他组织提出的政府信息公开申请共计17件。", {"received": 17}),
    ("收到 12 件政府信息公开申请，办结 11 件，1 件结转下年度继续办理。",
     {"received": 12, "handled": 11, "carried_out": 1}),
    ("全年收到申请三件，答复三件。", {"received": 3, "handled": 3}),
    ("共收到政府信息公开申请一百零二件。", {"received": 102}),
    ("收到政府信息公开申请5份，答复5份。", {"received": 5, "handled": 5}),
    ("较上年增长12%，共收到政府信息公开申请30件。", {"received": 30}),
    ("与2022年相比有所下降，2023年共收到政府信息公开申请30件。", {"received": 30}),
    ("全年累计受理政府信息公开申请44件。", {"received": 44}),
    ("收到政府信息公开申请62件（含上年结转4件）。",
     {"received_and_carried_in": 62, "carried_in": 4}),
    ("收到政府信息公开申请58件，答复55件（含上年度结转申请4件，另有7件顺延到下年度答复）。",
     {"received": 58, "handled": 55, "carried_in": 4, "carried_out": 7}),
    ("办结申请55件，其中予以公开15件，部分公开9件，不予公开13件，无法提供9件，不予处理5件，其他处理3件。",
     {"handled": 55, "granted": 15, "granted_in_part": 9, "denied": 13, "unavailable": 9,
      "unprocessed": 5, "other": 3}),
    ("在答复的申请中，同意公开15件、同意部分公开9件、不同意公开14件。",
     {"granted": 15, "granted_in_part": 9, "denied": 14}),
    ("办结申请27件：15件予以公开，9件部分公开，3件不予公开。",
     {"handled": 27, "granted": 15, "granted_in_part": 9, "denied": 3}),
    ("办结申请55件，其中予以公开15件，占27.27%。",
     {"handled": 55, "granted": 15, "granted%": 27.27}),
    ("收到申请58件，其中予以公开15件，占办结总数的27.3%。",
     {"received": 58, "granted": 15, "granted%": 27.3}),
    ("因政府信息公开被申请行政复议12件、提起行政诉讼15件。",
     {"reconsideration": 12, "litigation": 15}),
    ("政府信息公开行政复议12件，其中结果维持6件，结果纠正2件，其他结果1件，尚未审结3件。",
     {"reconsideration": 12, "reconsideration_upheld": 6, "reconsideration_corrected": 2,
      "reconsideration_other": 1, "reconsideration_pending": 3}),
    ("政府信息公开行政诉讼15件，其中维持9件，被纠正1件，其他结果2件，未审结3件。",
     {"litigation": 15, "litigation_upheld": 9, "litigation_corrected": 1, "litigation_other": 2,
      "litigation_pending": 3}),
    ("涉及政府信息公开的行政诉讼中，未经复议直接起诉7件，复议后起诉8件。",
     {"litigation_direct": 7, "litigation_after_reconsideration": 8}),
    ("全年有2件涉及政府信息公开的行政复议，1件因信息公开引发的行政诉讼。",
     {"reconsideration": 2, "litigation": 1}),
    ("全年信息公开行政诉讼案件1件、行政复议案件2件。", {"litigation": 1, "reconsideration": 2}),
    ("全年信息公开行政复议、行政诉讼均为0件。", {"reconsideration": 0, "litigation": 0}),
]
NONE = [
    ("2023年未收到政府信息公开申请。", {"received": 0}),
    ("本年度没有收到任何公民、法人或其他组织提出的政府信息公开申请。", {"received": 0}),
    ("本年度无依申请公开事项，无政府信息公开申请。", {"received": 0}),
    ("未发生因政府信息公开引起的行政复议、行政诉讼。", {"reconsideration": 0, "litigation": 0}),
    ("没有发生因政府信息公开被申请行政复议、提起行政诉讼的情况。",
     {"reconsideration": 0, "litigation": 0}),
    ("本年度无政府信息公开行政诉讼、行政复议案件。", {"reconsideration": 0, "litigation": 0}),
    ("未收到政府信息公开行政复议申请。", {"reconsideration": 0}),
    ("未发生涉及政府信息公开的行政复议、行政诉讼和举报投诉。",
     {"reconsideration": 0, "litigation": 0}),
]
LEFT_ALONE = [
    # of another year, of several, of a part of one
    "2022年共收到政府信息公开申请30件。",
    "去年收到政府信息公开申请30件。",
    "自2008年以来，共收到政府信息公开申请300件。",
    "截至2024年底，累计收到政府信息公开申请300件。",
    "累计收到政府信息公开申请300件。",
    "2021年至2024年共收到政府信息公开申请300件。",
    "上半年收到政府信息公开申请8件。",
    "第四季度收到政府信息公开申请8件。",
    "3月收到政府信息公开申请2件。",
    # about so many
    "共收到政府信息公开申请300余件。",
    "共收到政府信息公开申请约300件。",
    "共收到政府信息公开申请近300件。",
    "共收到政府信息公开申请1.2万件。",
    "共收到政府信息公开申请300件左右。",
    "共收到政府信息公开申请300件次。",
    # a change, not a count
    "收到政府信息公开申请较上年增加5件。",
    "收到政府信息公开申请同比减少5件。",
    # of a route, of a part
    "收到网络申请12件，收到信函申请3件。",
    "网上收到政府信息公开申请12件。",
    "通过邮寄收到政府信息公开申请12件。",
    "其中，收到涉及征地拆迁的申请8件。",
    "其中当面申请2件、网络申请5件。",
    "按时办结52件，延期办结3件。",
    "收到、办结政府信息公开申请分别为10件、9件。",
    "予以公开或部分公开政府信息公开申请24件。",
    "办理答复申请时，予以公开、部分公开共24件。",
    # of something else
    "主动公开政府信息1136条，其中规范性文件25件。",
    "办结群众来信35件，答复网民留言20件。",
    "办理人大代表建议50件、政协提案85件。",
    "全年办结行政处罚案件120件。",
    "收到信访举报类申请3件。",
    "受理行政复议案件1200件，审结1100件。",
    "全年收到行政复议申请500件。",
    "作为行政复议机关，办理政府信息公开行政复议案件20件。",
    "政府信息公开行政复议、行政诉讼共5件。",
    "未发生被复议机关纠错的政府信息公开行政复议案件。",
    "未发生政府信息公开行政诉讼败诉案件。",
    "对无正当理由大量反复申请的，依法不予处理。",
    "申请人可向本机关提出申请，办理时限为20个工作日。",
    "依据《政府信息公开条例》第二十条，公开12项内容。",
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), PLAIN + NONE)
def test_figures_that_sentences_state_are_read(sentence: str, expected: dict[str, float]) -> None:
    assert told(sentence) == expected


@pytest.mark.parametrize("sentence", LEFT_ALONE)
def test_what_is_no_figure_of_the_whole_year_is_left_alone(sentence: str) -> None:
    found = [c for c in claims(sentence) if not c.odd and c.year in (None, 2024)]
    assert found == []
