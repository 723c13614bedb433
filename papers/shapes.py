"""How each kind of paper is printed: one row a kind, with a letter of made-up contents; pure."""

from dataclasses import dataclass

from .letter import CONFIRMATION, Annex, Letter, LetterChapter, LetterParagraph, TableRow, heading
from .letter_tables import HANDED, OWED, RECEIPT, TableColumn, table_of

ISSUED_BY = "签发人："
COMMON = {"signature": "某某区教育局", "date": "2024年10月28日", "contacts": "张三", "phones": "12345678"}
ANNEX = Annex(
    ("序号", "重点工作任务", "完成率"), (5, 30, 8), (True, False, True),
    (TableRow(section="一、立德树人"), TableRow(("1", "深化思政课改革", "60%"))),
    "2024年工作要点推进情况表", ("单位：某某区教育局", "截至日期：2024-10-31"),
)  # fmt: skip
PROGRESS = (
    LetterChapter(heading(1, 1, "深化思政课改革"), (
        heading(2, 1, "目前进展情况"),
        LetterParagraph("截至目前，该项工作完成率为60%，未达序时进度（应达83.3%）。"),
        LetterParagraph("已开展两次调研，形成方案。"),
        heading(3, 1, "高中"),
        LetterParagraph("①完成课程建设。", 5),
        heading(2, 2, "存在的困难"),
        LetterParagraph("专任教师不足。"),
    )),
)  # fmt: skip
NOTICE = (
    LetterChapter(
        heading(1, 1, "总体情况"),
        (LetterParagraph("截至2024年10月31日，共4项：已完成1，达序时进度1，未达序时进度1，未填1。"),),
    ),
    LetterChapter(
        heading(1, 2, "滞后事项及存在的困难"),
        (heading(2, 1, "新建学校"), LetterParagraph("存在的困难：场地没有落实。")),
    ),
)
OWING = table_of(
    OWED,
    (
        ("1", "3 新建学校", "2024-11-05", "3天", "1次", "待填报"),
        ("2", "7 课后服务", "2024-11-05", "3天", "无", "填报中"),
    ),
)
HANDING = table_of(
    HANDED,
    (
        ("1", "3 新建学校", "新增学位3000个", "规划科", "计财科", "2024-12-31"),
        ("2", "7 课后服务", "覆盖全部小学", "基教科", "", "2024-06-30"),
    ),
)
ASKED = LetterChapter(None, (LetterParagraph("请收到后抓紧办理。"),))


@dataclass(frozen=True)
class Shape:
    """How a kind of paper is printed, for our own layout, for templates and their check: pure, a row of `SHAPES`.

    `on_top` is what the first line asks of a leader, `table` the columns of the table in the text, `receipt` the last
    line; `sample` is a letter of the kind with made-up contents, with which a template is tried and shown.
    """

    name: str  # of tracking.models.PaperKind
    sample: Letter
    on_top: str = ""
    table: tuple[TableColumn, ...] = ()
    receipt: str = ""
    may_have_annex: bool = False


def _shape(name: str, *words, table=(), annex=None, may_have_annex=False, on_top="") -> Shape:
    receipt = RECEIPT if table else ""
    sample = Letter(*words, annex=annex, on_top=on_top, receipt=receipt, **COMMON)
    return Shape(name, sample, on_top, table, receipt, may_have_annex)


SHAPES = {
    shape.name: shape
    for shape in (
        _shape(
            "feedback", "某某区教育局关于2024年重点工作\n推进情况的反馈", "区府办", "根据督查通知的要求，现反馈如下：", PROGRESS,
            annex=ANNEX, may_have_annex=True, on_top=CONFIRMATION,
        ),
        _shape(
            "bulletin", "某某区教育局关于\n2024年重点工作推进情况的通报", "各科室", "现将推进情况通报如下：", NOTICE,
            may_have_annex=True, on_top=ISSUED_BY,
        ),
        _shape(
            "urging", "关于报送进展报告的催办单", "规划科", "进展报告应于2024年11月5日前报送。",
            (LetterChapter(None, (LetterParagraph("截至2024年11月8日，你科室尚有以下2项未报送，现予催办。"),), OWING), ASKED), table=OWED,
        ),
        _shape(
            "handover", "2024年工作要点\n任务交办单", "规划科", "现将有关工作交你科室办理。",
            (LetterChapter(None, (LetterParagraph("交你科室办理的工作共2项："),), HANDING), ASKED), table=HANDED, on_top=ISSUED_BY,
        ),
    )
}  # fmt: skip
