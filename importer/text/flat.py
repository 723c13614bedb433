"""Where a document that came as one line has its joints: letterhead, notice, signature, plan, headings glued to text.

Every joint is a row of a table with an example in which `|` stands where the line is cut.
"""

import re
from dataclasses import dataclass

from .patterns import ORGAN_END, TITLE_END

DAY = r"(?:20\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|二[〇○零Ｏ0][^。]{2}年[^。]{1,2}月[^。]{1,3}日)"
NUMBER = r"\s?[〔\[【(]\s?20\d\d\s?[〕\]】)]\s?第?\s?\d{1,4}\s?号"
# What a text begins with that stands behind a title or heading without any sign between.
# fmt: off
STARTER = (
    r"(?:20\d\d\s?年(?!.{0,20}(?:要点|计划|方案))|今年|[一二两三半]个?(?:学?年|学期|季度)[多以]?来|上半年(?!工作)|[本新]学[期年]|过去|在[^，。]{2,40}(?:领导|指导|关心|支持|部署)下|近年|这[几些一]|去年|明年|当前|目前|(?<![成作认称视行列])为(?!民|主|期)|根据|按照|以(?=[^，。]{2,40}为(?:指导|主题|主线|统领|抓手|目标|核心|引领|契机))|围绕|依据|结合|经[区县市省局]|现[将就]|全[市区县省校]|市里|区里|省里|县里"
    r"|各(?:地|区|县|镇|乡|村|校|园|班|街道|社区|科室|单位|部门|学校|年级|处室|级)|我[们市区县局校]|本[年市区县局校]|坚持以|认真|要[把以在]|\d{1,2}月)"
)
# fmt: on
FIXED_HEADING = r"(?:总体要求|指导思想|总体目标|工作目标|主要目标|目标任务|基本原则|主要任务|重点任务|工作任务|工作重点|组织保障|保障措施|工作要求|有关要求|相关要求|实施步骤|工作步骤|工作内容|工作思路|组织领导|时间安排|工作安排|工作背景|活动(?:主题|时间|目的|内容|要求|安排)|(?:有关|具体|几点)要求|存在的?(?:主要)?(?:问题|不足|困难))"
CHAPTER = r"[^，。、；:的]{0,18}(?:情况|问题|困难|不足|短板|打算|进展|成效|(?:下一?步|今后|明年|后期)(?:工作)?(?:打算|安排|措施|计划|思路|要求)?|工作计划|改进措施|整改措施|努力方向|(?:存在|主要)问题)"


@dataclass(frozen=True)
class Joint:
    """A place where lines were glued: the expression ends where the cut is; the example shows it with `|`."""

    name: str
    regex: str
    example: str

    @property
    def compiled(self) -> re.Pattern[str]:
        """The expression, ready for use."""
        return re.compile(self.regex)


# In the head, and between a notice and its plan.
# fmt: off
HEAD_JOINTS = (
    Joint("letterhead", r"^\s*[^，。、:〔\[]{2,40}?文件(?=\s*[^\s，。]{1,10}[〔\[【(]20\d\d)", "云溪市教育局文件|云教发〔2025〕5号"),
    Joint("number", rf"(?:(?<=文件)|^|(?<=\s))\s*[^\s，。、:号]{{1,12}}?{NUMBER}", "云教发〔2025〕5号|关于做好招生的通知"),
    Joint("number_behind_words", rf"[\u4e00-\u9fff]{{2,4}}{NUMBER}", "云溪市教育局|云教发〔2025〕5号|"),
    Joint("notice", r"[^。]{4,90}?的(?:通知|函|通报|报告|批复|意见)(?=\s*[^。:《]{2,60}:)", "关于做好招生的通知|各学校："),
    Joint("recipient", r"(?:^|(?<=[通知函报告]))\s*(?:各|市|区|县|局|全|教育|直属|机关)[^。:；]{1,60}:", "各学校：|现将要点印发给你们。"),
    Joint("issue", r"\S{0,12}?(?:20\d\d\s?年|[专简通快]报|动态|信息)\s?\(?第\s?\d{1,3}\s?期\)?", "督查专报2025年第5期|重点任务督查专报"),
)
# fmt: on
# Behind the text: each begins a line of its own.
# fmt: off
TAIL_JOINTS = (
    Joint("attachment", r"(?<=[。；）)])\s*附\s*件?\s*\d{0,2}\s?[:.]", "12月底前竣工。|附件：任务分解表"),
    Joint("copies", r"(?<=[^\s，、])\s*(?:抄\s?送|抄\s?报|主题词|分\s?送)\s?:", "任务分解表|抄送：区委办公室。"),
    Joint("contact", r"(?<=[。；）)])\s*\(?(?:联\s?系\s?人|联系电话)\s?:", "抓好落实。|联系人：张三，电话：12345678。"),
    Joint("publicity", r"(?<=[^\s，、])\s*[(（]?此件[^。，()]{0,12}公开", "2024年3月5日|（此件公开发布）"),
    Joint("please", r"(?<=。)\s*请各[^。；]{1,30}(?:落实|执行|办理|实施|完成|贯彻)。", "公示收费项目。|请各校认真抓好落实。"),
)
# fmt: on
# What answers for an item, behind a text that ends in no sign.
LABEL_JOINT = Joint(
    "label",
    r"(?<=[^\s。；;，,、:(（和及])\s*(?=(?:责任|牵头|配合|协办|协同|协助|主办|承办|落实|负责|分管|主管|完成|办结)(?:责任|落实|负责)?(?:单位|科室|处室|部门|股室|领导|时限|时间|期限)\s?:)",
    "新建幼儿园3所|责任科室：学前科",
)
SIGNED = re.compile(rf"(?:^|(?<=[。；!！?？)期]))\s*([^\d，。、:；《》()]{{2,40}}?)\s*({DAY})(?:\s?印发)?")
GLUED_TITLE = re.compile(
    rf"^\s*[^。；:]{{4,60}}?{TITLE_END}(?:\([^()]{{1,20}}\)){{0,2}}(?=\s*{STARTER}|本[^，。]{{0,4}}$|发布|一、|第一)"
)
# A title that somebody ended with 。: it names year and kind, which no sentence of a preamble does in so few words.
STOPPED_TITLE = re.compile(
    rf"\s*(?!现|特|为|根据|按照|依据|结合|制定)[^，。；:]{{0,60}}(?:20\d\d|关于)[^，。；:]{{2,60}}{TITLE_END}(?:\([^()]{{1,20}}\)){{0,2}}。\s*"
)
LONGER_TITLE = re.compile(
    rf"[^，。；:《》\s]{{1,14}}?{TITLE_END}(?:\([^()]{{1,20}}\)){{0,2}}(?=\s*{STARTER})"
)  # 《规划》 and the 规划任务分工 made of it
# fmt: off
GLUED_HEADING = (
    Joint("first_of_all", r"^[^。，]{2,30}?(?=一是)", "2024年工作情况|一是抓项目。"),
    Joint("chapter", rf"^{CHAPTER}(?=[^，。、；:的和与及等及其\s（(])", "重点任务完成情况|5月排了31项。"),
    Joint("fixed", rf"^{FIXED_HEADING}(?=[^\s，。、：:和与及；（(])", "总体要求|以高质量发展为主题。"),
    Joint("starter", rf"^[^。；:]{{4,24}}?(?={STARTER})", "看清形势，下定决心|这几年，全市把学校办好了。"),
)
# fmt: on
SURE_JOINTS = ("spaced", "first_of_all", "fixed")
SPACED_HEADING = re.compile(r"^[^。，；:]{2,25}?\s+(?=[^\s。]{2,}.*。)")


def head_joints(view: str, quoted: list[str]) -> list[int]:
    """Offsets at which a head that came as one line is cut; `quoted` are the titles the document prints in 《》."""
    cuts: set[int] = set()
    found: set[str] = set()
    for joint in HEAD_JOINTS:
        if joint.name == "number_behind_words" and "number" in found:
            continue
        if match := joint.compiled.search(view):
            found.add(joint.name)
            cuts.update((match.start(), match.end()))
    for match in SIGNED.finditer(view):
        cuts.update((match.start(1), match.end()))
    for title in quoted:
        for place in re.finditer(re.escape(title), view):
            before, after = view[place.start() - 1 : place.start()], view[place.end() : place.end() + 1]
            if before not in ("《", "“") and after not in ("》", "”") and not LONGER_TITLE.match(view, place.end()):
                cuts.update((place.start(), place.end()))
    return sorted(cut for cut in cuts if 0 < cut < len(view))


def tail_joints(view: str) -> list[int]:
    """Offsets at which the end of a document that came as one line is cut: attachments, print lines, the last request."""
    return sorted({match.start() for joint in TAIL_JOINTS for match in joint.compiled.finditer(view) if match.start()})


def label_joints(view: str) -> list[int]:
    """Offsets at which labels of offices, leaders and deadlines begin that nothing parts from what stands before them, outside brackets."""
    places = [match.start() for match in LABEL_JOINT.compiled.finditer(view)] if ":" in view else []
    return [place for place in places if view.count("(", 0, place) <= view.count(")", 0, place)]


def zones(view: str) -> list[int]:
    """Offsets at which a document on one line falls into parts with numbers of their own: behind a signature with its date."""
    return [
        match.end()
        for match in SIGNED.finditer(view)
        if re.search(ORGAN_END + "$", match.group(1)) and len(view) - match.end() > 30
    ]


def heading_ends(contents: list[str]) -> list[int]:
    """For each outer stretch without its number the offset at which a heading glued to its text ends, 0 where none is.

    One heading alone may seem to be glued by chance: a joint that most others do not show counts only where it is sure.
    """
    found = [glued_heading(content) for content in contents]
    couplets = {
        shape for content, (end, _) in zip(contents, found, strict=True) if end and (shape := couplet(content[:end]))
    }
    if len(couplets) == 1:  # 看清形势，下定决心: where the others are of one shape the next is too
        found = [
            (end, name) if end else (parallel_end(content, *next(iter(couplets))), "parallel")
            for content, (end, name) in zip(contents, found, strict=True)
        ]
    told = sum(1 for end, _ in found if end)
    is_habit = told * 2 >= len([content for content in contents if "。" in content])
    return [end if is_habit or name in SURE_JOINTS else 0 for end, name in found]


def glued_heading(content: str) -> tuple[int, str]:
    """Where a heading glued to its text ends, and the joint that says so."""
    if spaced := SPACED_HEADING.match(content):
        return spaced.end(), "spaced"
    for joint in GLUED_HEADING:
        match = joint.compiled.match(content)
        if match and match.end() < len(content.rstrip("。 ")) - 3 and is_whole(match.group(0)):
            return match.end(), joint.name
    return 0, ""


def couplet(heading: str) -> tuple[int, int] | None:
    """The lengths of a heading's two clauses."""
    clauses = heading.strip().split("，")
    return (len(clauses[0]), len(clauses[1])) if len(clauses) == 2 and clauses[1] else None


def parallel_end(content: str, first: int, second: int) -> int:
    """Where a heading of two clauses of these lengths would end, 0 where the content does not begin with such a one."""
    end = first + 1 + second
    begins = content[first : first + 1] == "，" and not re.search(
        r"[，。；:]", content[:first] + content[first + 1 : end + 1]
    )
    return end if begins and len(content) > end + 4 else 0


def is_whole(heading: str) -> bool:
    """Whether a stretch can be a heading: of two clauses both are equally long (看清形势，下定决心)."""
    clauses = heading.strip().split("，")
    return len(clauses) == 1 or (len(clauses) == 2 and abs(len(clauses[0]) - len(clauses[1])) <= 2)
