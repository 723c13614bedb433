"""What the columns of a table of tasks mean by their headings: one table of forms, each with an example."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache


class ColumnKind(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    GROUP = "group"  # a section or part: the same for several rows
    TITLE = "title"
    BODY = "body"
    LEAD = "lead"
    OFFICES = "offices"
    SUPPORT = "support"
    LEADER = "leader"  # 责任领导, 分管领导: people who answer for the item
    DEADLINE = "deadline"
    PERIOD = "period"  # 一季度目标, 6月, 上半年: what is to be reached by then
    REMARKS = "remarks"
    LEFT_OUT = "left out"  # progress, other persons, telephone numbers: no part of a plan


@dataclass(frozen=True)
class Heading:
    """A form of heading: what the column holds, an expression for all of the heading, an example that matches."""

    kind: ColumnKind
    regex: str
    example: str

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, ready for use."""
        return re.compile(self.regex)


OFFICE = "(?:责任|主体)?(?:科室|处室|单位|部门|股室|组室|机构|主体|学校|方|科|处|股|组|中心|年级|年段|社区|站所|院系|成员单位)"
TASK = "(?:任务|事项|项目|要点|举措项目)"
AIM = "(?:工作|阶段|阶段性|推进|任务|主要|重点|计划|进度|完成|具体|性)*(?:目标|计划|安排|任务|要求|进度|重点|工作|举措|措施|节点|内容|打算|要点|指标|任务目标)"
MONTH = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
HALF = "[-—–~～至到]"

# The first row that matches all of a heading wins; headings are compared without white space and brackets.
HEADINGS = (
    Heading(ColumnKind.NUMBER, r"(?:序号|编号|序|项次|次序|排序|号|№|[Nn][Oo]\.?|(?:项目|任务|事项|工作|清单|指标|分项?|子项?|子项目|子任务|小项?|大项?|总项?|顺)(?:编号|序号?|号))", "序号"),
    Heading(ColumnKind.LEFT_OUT, r".*(?:系统编号|应达进度|完成率|完成比例|百分比|得分|分值|评分|灯号|红绿灯)", "完成率"),
    Heading(ColumnKind.LEFT_OUT, r".{0,12}(?:进展|完成|推进|落实|执行)(?:情况|情况说明|状态|程度)|.{0,6}进展|(?:目前|当前|实际|工作|完成|推进|办理)?进度|状态|是否完成", "目前进展情况"),
    Heading(ColumnKind.LEFT_OUT, r".*(?:存在(?:的)?(?:困难|问题)|困难|问题|下一步).*", "存在的困难"),
    Heading(ColumnKind.LEFT_OUT, r".*(?:联系人|联络人|联络员|电话|手机号?|联系方式|责任人|负责人|经办人|填报人|承办人|签字|签名)(?:员|姓名|及电话)?", "责任人"),
    Heading(ColumnKind.LEFT_OUT, r"(?:计划)?(?:开始|启动|起始|开工|下达|布置)(?:时间|日期)", "开始时间"),
    Heading(ColumnKind.LEADER, r"(?:区|局|校|园|委|县|市|街道|责任|分管|牵头|包联|包保|包案|挂帅|挂钩|联系|主管|主要|负责|督办|领衔|协管|党政|班子)*(?:领导|局长|校长|园长|主任|书记|班子成员)(?:姓名|同志)?", "分管领导"),
    Heading(ColumnKind.SUPPORT, rf"(?:配合|协办|协同|协助|参与|参加|支持|协作|会办|联办|协管|辅助|共同责任){{1,2}}(?:{OFFICE}|落实单位)?(?:及人员)?", "配合单位"),
    Heading(ColumnKind.LEAD, rf"(?:总?牵头|主办|主责|主抓|第一责任|首要责任|主要责任|主牵头|领办)(?:负责|实施)?{OFFICE}?(?:及负责人)?", "牵头科室"),
    Heading(ColumnKind.OFFICES, rf"(?:其他|其它|相关|有关|各|第二|次要|责任|负责|承办|落实|实施|执行|承担|主管|完成|涉及|相关|填报|经办|归口|职能|组织|管理|归口管理|督办|具体|整改|办理|建设|主体|任务|工作)*{OFFICE}|责任|{OFFICE}|(?:科室|单位|部门)名称|(?:责任|职责|任务|单位|部门|科室|工作)分工|责任落实|(?:责任|承办|落实)单位名称", "责任单位"),
    Heading(ColumnKind.PERIOD, rf"(?:20\d\d年|本年|今年)?第?[一二三四1-4]季度?(?:末|底)?(?:前)?(?:{AIM})?|Q[1-4](?:{AIM})?", "一季度目标"),
    Heading(ColumnKind.PERIOD, rf"(?:20\d\d年)?(?:上半年|下半年)(?:{AIM})?", "上半年工作目标"),
    Heading(ColumnKind.PERIOD, rf"(?:到|截至)?(?:20\d\d年)?(?:{MONTH}月?{HALF})?{MONTH}月份?(?:底|末|上旬|中旬|下旬)?(?:前)?(?:{AIM})?", "1-3月计划"),
    Heading(ColumnKind.PERIOD, rf"(?:20\d\d)?年(?:底|末)(?:前)?{AIM}", "年底目标"),
    Heading(ColumnKind.DEADLINE, r".*(?:时限|期限|时间节点|时间要求|时间安排|时间进度|完成时间|办结时间|完成日期|办结日期|截止日期|截止时间|完工时间|竣工时间|投用时间|交付时间|起止时间|起止日期|完成节点|进度要求|进度安排|推进时间|实施时间|计划时间|整改时间|活动时间|完成月份|时间表|完成时点)(?:要求|安排)?|月份|月度|周次|时段|时间|节点|日期|时点|截止", "完成时限"),
    Heading(ColumnKind.REMARKS, r"备注|说明|备注说明|附注|其他|其它|其他说明", "备注"),
    Heading(ColumnKind.GROUP, r"(?:工作|任务|项目|事项|重点|所属|指标|一级|二级|三级)?(?:类别|板块|分类|领域|维度|条线|模块|类型|大类|专题|方面|版块|类|系列|篇章)(?:名称)?|一级(?:指标|任务|目标|项目)|(?:总|大)(?:项目|项|任务|类)(?:名称)?", "工作类别"),
    Heading(ColumnKind.TITLE, rf"(?:年度|本年|今年|全年|重点|主要|工作|目标|督查|督办|实施|建设|具体工作|二级|三级|民生|民心|实事|改革|办|为民|任务|子|分|小|核心|中心|关键|整改)*{TASK}(?:名称|内容)?", "重点工作任务"),
    Heading(ColumnKind.TITLE, r"(?:年度|重点|主要)*重点工作(?:名称|内容)?|(?:年度|重点|主要)?工作(?:名称|事项|要点)|(?:子|小|分)项(?:名称|内容)?|名称|事由|活动(?:名称|主题|项目)", "年度重点工作"),
    Heading(ColumnKind.BODY, r".*(?:举措|措施|目标|要求|标准|标志|指标|成果|成效|做法|计划|方案|路径|分解|明细|细化|描述|概况|概述|抓手|载体|步骤|目的|效果|任务落实).*", "具体举措"),
    Heading(ColumnKind.BODY, r"(?:具体|主要|详细|分解|年度|工作|建设|重点|实施|活动|大项|总体|项目|任务)*(?:任务|内容|工作|要点|事项|安排|描述|内容和要求)", "具体任务"),
    Heading(ColumnKind.TITLE, rf".{{0,8}}(?:{TASK}|实事|工程|行动|活动|课题)(?:名称|内容)?", "对标争先创优项目"),
)  # fmt: skip
TEXTS = (ColumnKind.TITLE, ColumnKind.BODY)
NAMING = (ColumnKind.LEAD, ColumnKind.OFFICES, ColumnKind.SUPPORT)
LONGEST = 24  # characters of a heading
SIGNS = re.compile(r"[\s*＊:：]|[(（【\[][^()（）【】\[\]]*[)）】\]]")
PARTS = re.compile(r"[/／、|]|及|和|与|或")
BARE_OFFICE = re.compile(OFFICE)
PEOPLE = re.compile(r"[(（]人[)）]|责任人|负责人|经办人|联系人|联络员|领导|局长|校长|园长|人员|姓名")
SUB = re.compile(r"子|分项|小项|具体事项|细项|三级|二级")  # a heading of what stands under a project
LEAD_AND_SUPPORT = re.compile(r"牵头.*配合|主办.*协办|主责.*(?:配合|协同)|责任.*配合")
FIRST_LEADS = re.compile(
    r"(?:第一|首|排第?[一1]|排在最?前|排名第一|列第一|前).{0,6}(?:为|是|系)?.{0,4}(?:牵头|主办|主责|第一责任)"
)


@lru_cache(maxsize=4096)
def kind_of_heading(text: str) -> ColumnKind | None:
    """What a column with this heading holds, None for an unknown one.

    A heading of several parts (`负责处室/年级`) holds what its parts hold; where one of them names offices it is a
    column of offices whatever else stands in it.
    """
    compact = SIGNS.sub("", text)
    if not compact or len(compact) > LONGEST:
        return None
    direct = kind_of_part(compact)
    if direct not in (None, ColumnKind.LEFT_OUT, ColumnKind.LEADER, ColumnKind.BODY):
        return direct
    kinds = [(part, kind) for part in PARTS.split(compact) if (kind := kind_of_part(part))]
    naming = dict.fromkeys(kind for part, kind in kinds if kind in NAMING and not BARE_OFFICE.fullmatch(part))
    naming = naming or dict.fromkeys(role_in(compact, kind) for _, kind in kinds if kind in NAMING)
    if len(naming) > 1:
        return ColumnKind.OFFICES
    return next(iter(naming), None) or direct or (kinds[0][1] if kinds else None)


def role_in(compact: str, kind: ColumnKind) -> ColumnKind:
    """What a bare 科室 in a heading means: what the words in front of it say (`牵头领导及科室`)."""
    if kind is ColumnKind.OFFICES and "牵头" in compact:
        return ColumnKind.LEAD
    return ColumnKind.SUPPORT if kind is ColumnKind.OFFICES and "配合" in compact else kind


@lru_cache(maxsize=1024)
def names_people(heading: str) -> bool:
    """Whether a heading says that people stand in the column, too."""
    return bool(PEOPLE.search(heading))


def kind_of_part(compact: str) -> ColumnKind | None:
    """What a heading without white space and brackets says, read as a whole."""
    return next((heading.kind for heading in HEADINGS if heading.compiled.fullmatch(compact)), None)


@lru_cache(maxsize=1024)
def roles_by_place(heading: str) -> str:
    """How the heading of a column of offices tells who leads: "sign" (`牵头/配合单位`: before and behind the slash),
    "first" (`第一个为牵头单位`), "" where it does not."""
    compact = re.sub(r"\s", "", heading)
    if FIRST_LEADS.search(compact):
        return "first"
    return "sign" if LEAD_AND_SUPPORT.search(compact) and re.search(r"[/／]", compact) else ""
