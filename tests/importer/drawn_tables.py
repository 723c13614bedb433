"""Tables of tasks drawn at random in the ways offices draw them, each with its right reading.

What varies: headings, order of columns, numbers, how sections are shown (rows across, merged, repeated or blank cells),
one or two columns of words, offices in one column or two, leaders, deadlines, quarters, title rows, notes below.
"""

import random
from dataclasses import dataclass, field

TITLES = (
    "工作内容",
    "主要任务",
    "目标任务",
    "工作要点",
    "年度任务",
    "重点工作内容",
    "民生实事",
    "重点项目",
    "工作任务",
    "重点任务",
    "任务名称",
    "重点工作",
    "事项",
    "工作事项",
    "项目名称",
    "年度重点工作任务",
    "督办事项",
    "实事项目",
)
BODIES = (
    "工作要求",
    "具体内容",
    "实施步骤",
    "完成标准",
    "任务分解",
    "年度工作目标",
    "落实措施",
    "主要做法",
    "具体任务",
    "具体举措",
    "工作措施",
    "工作目标",
    "目标要求",
    "推进措施",
    "建设内容",
    "工作标准",
    "预期成效",
    "年度目标",
)
NUMBERS = ("序号", "编号", "序", "任务编号", "项目序号")
OFFICES = ("责任科室", "责任单位", "负责部门", "承办单位", "落实单位", "责任处室/年级", "责任部门（单位）")
LEADS = ("牵头科室", "牵头单位", "主办科室", "主责部门", "牵头责任单位")
SUPPORTS = ("配合科室", "协办单位", "配合单位", "参与单位", "协同部门")
DEADLINES = ("完成时限", "完成时间", "时限要求", "办结时限", "时间节点", "完成期限")
LEADERS = ("责任领导", "分管领导", "牵头领导", "分管局长")
GROUPS = ("类别", "工作板块", "重点领域", "任务类别", "大项")
PROJECTS = ("项目名称", "总项目", "重点项目", "大项", "重点任务", "一级任务")
SUBPROJECTS = ("子项目名称", "分项名称", "小项名称", "具体事项", "二级任务", "子任务")
DESCRIPTIONS = ("项目总体描述", "总体目标", "大项内容", "主要内容")
SUBNUMBERS = ("分项号", "小项序号", "子项编号", "分序号")
PERIODS = (
    ("一季度", "二季度", "三季度", "四季度"),
    ("第一季度目标", "第二季度目标", "第三季度目标", "第四季度目标"),
    ("上半年目标", "下半年目标"),
    ("1-6月工作计划", "7-12月工作计划"),
    ("6月底前目标", "年底目标"),
)
STEPS = ("完成立项", "启动招标", "组织实施", "中期检查", "总结验收", "完成调研", "全面铺开")
REMARKS = ("备注", "说明")
UNKNOWN = ("经费来源", "任务来源", "资金渠道")
NAMES = (
    "办公室",
    "基教科",
    "人事科",
    "财务科",
    "安全科",
    "督导室",
    "教研室",
    "团工委",
    "后勤中心",
    "学前科",
    "德育处",
    "工会",
    "体卫艺科",
    "宣传科",
)
PEOPLE = ("赵敏", "钱立新", "孙芳", "李国强", "周婷", "吴昊")
WORDS = (
    "德育工作",
    "课堂教学",
    "校园安全",
    "教师培训",
    "学位建设",
    "食堂管理",
    "家校共育",
    "集团办学",
    "劳动教育",
    "心理健康",
    "体育锻炼",
    "美育熏陶",
    "智慧校园",
    "招生入学",
    "双减督查",
    "特殊教育",
    "托育服务",
    "语言文字",
    "档案整理",
    "财务审计",
)
VERBS = ("加强", "推进", "规范", "深化", "完善", "做好", "抓实", "提升")
MEASURES = (
    "制定方案，分解任务。",
    "召开推进会2次，按月通报进展。",
    "建立台账，逐项销号",
    "开展检查6次。",
    "培训教师300人次。",
    "完成投资800万元",
    "修订制度5项，汇编成册。",
    "每校每学期不少于2次。",
)
PARTS = ("队伍建设", "教育质量", "办学条件", "安全稳定", "民生保障", "改革创新")
DAYS = (
    ("6月底前", "-06-30"),
    ("9月30日", "-09-30"),
    ("十月底前", "-10-31"),
    ("3月中旬", "-03-20"),
    ("全年", "-12-31"),
    ("长期", ""),
    ("第三季度", "-09-30"),
    ("{y}年5月", "-05-31"),
    ("{y}.8.15", "-08-15"),
    ("{y}/11/1", "-11-01"),
    ("年底前", "-12-31"),
    ("12月", "-12-31"),
)
SOURCES = ("区级财政", "部门预算", "上级补助")


@dataclass
class Task:
    """A task with what its row is to give."""

    title: str
    number: str = ""
    body: str = ""
    offices: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    leader: str = ""
    day: tuple[str, str] = ("", "")
    steps: list[str] = field(default_factory=list)


@dataclass
class Drawn:
    """A table as a grid, and its right reading."""

    grid: str
    right: dict


def drawn(seed: int) -> Drawn:
    """The table of a seed."""
    return Drawing(random.Random(seed)).draw()


class Drawing:
    """Chooses how the table is drawn, invents tasks and writes them down."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        pick = chance.choice
        self.year = chance.randint(2026, 2038)
        self.sections = pick(("none", "none", "row", "numbered row", "merged", "blank", "repeated"))
        self.with_numbers = chance.random() < 0.85
        self.with_body = chance.random() < 0.6
        self.with_lead = chance.random() < 0.4
        self.with_support = self.with_lead or chance.random() < 0.4
        self.with_leader = chance.random() < 0.3
        self.with_days = chance.random() < 0.8
        self.with_unknown = chance.random() < 0.15
        self.with_remarks = chance.random() < 0.3
        self.is_leader_first = chance.random() < 0.5
        self.periods = pick(PERIODS) if chance.random() < 0.2 else ()
        self.is_project = chance.random() < 0.3
        if self.is_project:
            self.sections = pick(("merged", "blank"))
        self.with_description = self.is_project and chance.random() < 0.5
        self.with_subnumbers = self.is_project and chance.random() < 0.5
        self.with_group_lines = chance.random() < 0.5  # headings of offices in two rows

    def draw(self) -> Drawn:
        """The table."""
        parts = self.chance.sample(PARTS, self.chance.randint(2, 4)) if self.sections != "none" else [""]
        groups = [(part, [self.task() for _ in range(self.chance.randint(2, 4))]) for part in parts]
        self.number(groups)
        heads = self.heads()
        rows = [self.title_row(len(heads))] if (titled := self.with_days or self.chance.random() < 0.7) else []
        title = rows[0][0] if titled else ""
        rows.extend(self.heading_rows(heads))
        for index, (part, tasks) in enumerate(groups):
            rows.extend(self.rows_of(index, part, tasks, heads))
        if self.chance.random() < 0.3:
            rows.append(["备注：按月报送进展。", *["<"] * (len(heads) - 1)])
        right = {"sections": self.names_of(parts), "items": [self.line(task) for _, tasks in groups for task in tasks]}
        right |= {"title": title, "year": self.year} if titled else {}
        if self.with_unknown:
            right["warnings"] = ["这一栏没有认出来"]
        return Drawn("\n".join(" | ".join(row) for row in rows), right)

    def heading_rows(self, heads: list[tuple[str, str]]) -> list[list[str]]:
        """The headings in one row, or in two with 责任分工 over the columns of those who answer."""
        named = [index for index, (kind, _) in enumerate(heads) if kind in ("lead", "offices", "support", "leader")]
        is_run = named == list(range(named[0], named[-1] + 1)) and len(named) > 1
        if not (self.with_group_lines and is_run):
            return [[heading for _, heading in heads]]
        above = [
            "责任分工" if index == named[0] else "<" if index in named else heading
            for index, (_, heading) in enumerate(heads)
        ]
        return [above, [heading if index in named else "^" for index, (_, heading) in enumerate(heads)]]

    def task(self) -> Task:
        """A task without a number."""
        pick, chance = self.chance.choice, self.chance
        task = Task(
            f"{pick(VERBS)}{pick(WORDS)}{chance.choice(('', f'，覆盖学校{chance.randint(3, 90)}所', f'{chance.randint(2, 9)}项'))}"
        )
        task.body = pick((*MEASURES, "")) if self.with_body else ""
        task.offices = chance.sample(NAMES, 1 if self.with_lead else chance.randint(1, 3))
        task.support = (
            [name for name in chance.sample(NAMES, chance.randint(0, 3)) if name not in task.offices]
            if self.with_support
            else []
        )
        task.leader = pick(PEOPLE) if self.with_leader else ""
        day, end = pick(DAYS) if self.with_days else ("", "")
        task.steps = [chance.choice(STEPS) for _ in self.periods]
        task.day = (day.format(y=self.year), f"{self.year}{end}" if end else "")
        return task

    def number(self, groups: list) -> None:
        """Number the tasks, through the table or within their sections."""
        if not self.with_numbers or self.is_project:
            for group, (_, tasks) in enumerate(groups, start=1):
                for place, task in enumerate(tasks, start=1):
                    task.number = f"{group}-{place}" if self.with_subnumbers else ""
            return
        restarts, form, count = (
            self.chance.random() < 0.3,
            self.chance.choice(("{}", "{}", "（{}）", "{g}-{n}", "{g}—{n}")),
            0,
        )
        for group, (_, tasks) in enumerate(groups, start=1):
            for place, task in enumerate(tasks, start=1):
                count += 1
                task.number = form.format(place if restarts else count, g=group, n=place)

    def heads(self) -> list[tuple[str, str]]:
        """The columns: what they hold and their headings."""
        pick = self.chance.choice
        heads = [("number", pick(NUMBERS))] if self.with_numbers else []
        if self.is_project:
            heads = [("project number", heads[0][1])] if heads else []
            heads.append(("group", pick(PROJECTS)))
            heads.extend([("description", pick(DESCRIPTIONS))] if self.with_description else [])
            heads.extend([("subnumber", pick(SUBNUMBERS))] if self.with_subnumbers else [])
            heads.append(("title", pick(SUBPROJECTS)))
        elif self.sections in ("merged", "blank", "repeated"):
            heads.insert(self.chance.randint(0, len(heads)), ("group", pick(GROUPS)))
        heads.extend([] if self.is_project else [("title", pick(TITLES))])
        heads.extend([("body", pick(BODIES))] if self.with_body else [])
        heads.extend(("period", heading) for heading in self.periods)
        rest = [("lead", pick(LEADS)) if self.with_lead else ("offices", pick(OFFICES))]
        rest.extend([("support", pick(SUPPORTS))] if self.with_support else [])
        rest.insert(0 if self.is_leader_first else len(rest), ("leader", pick(LEADERS))) if self.with_leader else None
        rest.insert(self.chance.choice((0, len(rest))), ("day", pick(DEADLINES))) if self.with_days else None
        heads.extend(rest)
        heads.extend([("unknown", pick(UNKNOWN))] if self.with_unknown else [])
        heads.extend([("remarks", pick(REMARKS))] if self.with_remarks else [])
        return heads

    def title_row(self, width: int) -> list[str]:
        """The row of the title."""
        title = f"青石区教育局{self.year}年{self.chance.choice(('重点任务分解表', '工作任务清单', '重点工作推进计划', '督办事项台账', '任务清单（修订）', '实事项目表（二）'))}"
        return [title, *["<"] * (width - 1)]

    def rows_of(self, index: int, part: str, tasks: list[Task], heads: list) -> list[list[str]]:
        """The rows of a section."""
        rows = []
        ordinal = "一二三四五六"[index]
        if self.sections == "row":
            rows.append([f"{ordinal}、{part}", *["<"] * (len(heads) - 1)])
        elif self.sections == "numbered row" and self.with_numbers:
            rows.append([ordinal, part, *[""] * (len(heads) - 2)])
        elif self.sections == "numbered row":
            rows.append([f"{ordinal}、{part}", *[""] * (len(heads) - 1)])
        below = {"merged": "^", "blank": "", "repeated": part}.get(self.sections, "")
        for place, task in enumerate(tasks):
            cells = {
                "number": task.number, "group": below if place else part, "title": task.title, "body": task.body, "leader": task.leader,
                "offices": self.written(task.offices), "lead": self.written(task.offices), "support": self.written(task.support),
                "day": task.day[0], "unknown": self.chance.choice(SOURCES), "remarks": "",
            }  # fmt: skip
            cells["subnumber"] = task.number
            for kind, words in (("project number", str(index + 1)), ("description", f"围绕{part}，落实各项要求。")):
                cells[kind] = {"merged": "^", "blank": ""}.get(self.sections, "") if place else words
            steps = iter(task.steps)
            rows.append([next(steps) if kind == "period" else cells[kind] for kind, _ in heads])
        return rows

    def written(self, names: list[str]) -> str:
        """Names as a cell gives them."""
        return self.chance.choice(("、", "，", "、", "/", " ", "；")).join(names)

    def names_of(self, parts: list[str]) -> list[str]:
        """The sections as they are to be read."""
        if self.is_project and self.with_numbers:
            return [f"{index} {part}" for index, part in enumerate(parts, start=1)]
        with_ordinal = self.sections in ("row", "numbered row")
        return [f"{'一二三四五六'[index]} {part}" if with_ordinal else part for index, part in enumerate(parts)]

    def body(self, task: Task) -> str:
        """The body of a task: its measures, and its steps under their headings."""
        return "/".join(
            filter(
                None,
                [task.body, *(f"{heading}：{step}" for heading, step in zip(self.periods, task.steps, strict=True))],
            )
        )

    def line(self, task: Task) -> str:
        """The item as `reading.compared` takes it."""
        support = task.support
        return " | ".join((
            task.number, task.title, f"B:{self.body(task)}", f"O:{'、'.join([*task.offices, *support])}",
            f"L:{'、'.join(task.offices) if self.with_lead else ''}", f"S:{'、'.join(support)}", f"P:{task.leader}", f"D:{task.day[1]}",
        ))  # fmt: skip
