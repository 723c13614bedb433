"""Documents into the database: the five seeds whole, repeatable, all or nothing, with Chinese sentences."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from importer.files.readers import read_document
from importer.parse import parse_document
from intake.feedback import load
from tests.base import NOW, CastTestCase
from tracking.models import Period, Report, ReportEvent, TaskReport
from workplans.loading import NotLoadable, Upload
from workplans.models import Assignment, Item, Office, Organization, Plan, SourceDocument, Task

SEEDS = Path(settings.BASE_DIR, "seeds")
PLANS = {
    "changning-2023-annual-plan": ("长宁区教育局", [6, 3, 9, 3, 9]),
    "baoshan-2023-second-half-plan": ("宝山区教育局", [1, 4, 2, 6, 2, 4, 2, 4]),
    "jingan-2024-annual-plan": ("静安区教育局", [6, 7, 7, 5, 3, 3, 6]),
    "hongkou-2022-annual-plan": ("虹口区教育局", [6, 7, 6, 3, 5, 5, 4]),
}
FEEDBACK = "changning-2020-progress-feedback"
SMALL_PLAN = """{bureau}2024年工作要点

一、落实立德树人根本任务
1.加强德育工作。深化思政课改革创新。（责任科室：{offices}）
2.加强体育工作。开展阳光体育大联赛。（责任科室：体卫科艺科）
"""
EVERYTHING = (Organization, Office, SourceDocument, Plan, Item, Assignment, Task, Period, Report, TaskReport)


def run(*arguments):
    """Run import_document; return exit code, standard output, standard error."""
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("import_document", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as exit_:
        code = exit_.code
    return code, out.getvalue(), err.getvalue()


def seed(name):
    """Return the path of a seed."""
    return SEEDS / f"{name}.txt"


def load_bytes(name, content, **kw):
    """Parse and store one document."""
    [draft] = parse_document(name, content)
    source = read_document(name, content)
    return load(draft, Upload(name, content, source.text, source.encoding), now=NOW, **kw)


def counts():
    """Return how many rows every table has."""
    return {model.__name__: model.objects.count() for model in EVERYTHING}


class SeedsTest(TestCase):
    """The five documents, imported whole."""

    def test_the_four_plans_are_stored_with_every_section_and_item(self):
        for name, (bureau, items_by_section) in PLANS.items():
            with self.subTest(seed=name):
                self.assertEqual(run(seed(name))[0], 0)
                plan = Plan.objects.get(organization__name__endswith=bureau)
                self.assertEqual([s.items.count() for s in plan.sections.all()], items_by_section)
                self.assertEqual(plan.status, Plan.Status.ISSUED)
                self.assertFalse(plan.items.filter(reporting_office=None).exists())
                self.assertEqual(bytes(plan.source.content), seed(name).read_bytes())

    def test_an_item_keeps_its_text_its_lines_and_its_history(self):
        run(seed("changning-2023-annual-plan"))
        item = Item.objects.get(number="2")
        self.assertEqual(item.title, "加强科技教育")
        self.assertTrue(item.body.startswith("推进长宁青少年科创中心建设项目，建成全国首个学生“微芯”"))
        self.assertEqual((item.source_line_start, item.source_line_end), (29, 31))
        self.assertEqual(item.history.get().history_type, "+")

    def test_the_offices_of_hongkou_are_the_bureau_s_own_office_all_offices_and_22_more(self):
        run(seed("hongkou-2022-annual-plan"))
        kinds = list(Office.objects.values_list("kind", flat=True))
        self.assertEqual((kinds.count("ordinary"), kinds.count("coordinating"), kinds.count("all")), (22, 1, 1))
        # 各科室 and 各部门 are one office, so two of the 134 mentions fall together with another.
        self.assertEqual(Assignment.objects.count(), 132)
        self.assertEqual(Assignment.history.count(), 132)
        self.assertEqual(Item.objects.get(number="1").reporting_office.name, "宣传科")
        self.assertEqual(Item.objects.get(number="9").reporting_office.name, "办公室")
        self.assertEqual(Item.objects.get(number="9").assignments.get().office.kind, Office.Kind.ALL)

    def test_the_half_year_of_baoshan_spans_july_to_december(self):
        run(seed("baoshan-2023-second-half-plan"))
        plan = Plan.objects.get()
        self.assertEqual((plan.start_on, plan.end_on), (date(2023, 7, 1), date(2023, 12, 31)))
        self.assertEqual(plan.kind, Plan.Kind.HALF_YEAR)

    def test_the_feedback_makes_plan_item_tasks_period_and_the_report_at_90(self):
        self.assertEqual(run(seed(FEEDBACK))[0], 0)
        report = Report.objects.get()
        self.assertEqual(report.item.number, "043")
        self.assertEqual(report.item.plan.title, "区政府2020年重点工作目标")
        self.assertEqual(report.period.label, "2020年1-10月")
        self.assertEqual((report.period.start_on, report.period.as_of), (date(2020, 1, 1), date(2020, 10, 31)))
        self.assertEqual((report.completion_percent, report.status), (Decimal("90"), "approved"))
        self.assertEqual(
            [str(task) for task in report.item.tasks.all()],
            [
                "长宁教育“优质+均衡”发展 / 高中",
                "长宁教育“优质+均衡”发展 / 初中",
                "长宁教育“优质+均衡”发展 / 小学",
                "形成完善的区域教育优秀人才引进及流动机制",
                "有序逐步推进三所信息化标杆校建设",
            ],
        )
        high = report.task_reports.first()
        self.assertEqual(high.difficulties, "区域缺乏教材审核的专业团队。")
        self.assertEqual(ReportEvent.objects.get().to_status, "approved")

    def test_a_letter_on_several_projects_gives_each_its_own_rate_and_texts(self):
        letter = (
            "关于2024年第三季度区重点工作推进情况的报告\n\n区政府督查室：\n现将有关情况报告如下：\n"
            "第12项：新增普惠性托育点\n目前进展：已新增4个，完成率80%。\n存在困难：无。\n下一步措施：完成剩余1个。\n"
            "第35项：推进明厨亮灶\n目前进展：已覆盖56所，完成率为93.3%。\n存在问题：带宽不足。\n下一步打算：协调扩容。\n"
            "\n长宁区教育局\n2024年9月27日\n"
        )
        load_bytes("a.txt", letter.encode())
        first, second = Report.objects.order_by("item__position")
        self.assertEqual((first.item.number, first.completion_percent), ("12", Decimal("80")))
        self.assertEqual((first.progress, first.difficulties), ("已新增4个，完成率80%。", "无。"))
        self.assertEqual((second.completion_percent, second.difficulties), (Decimal("93.3"), "带宽不足。"))
        self.assertEqual(second.next_steps, "协调扩容。")

    def test_importing_everything_again_changes_nothing_and_says_so(self):
        files = [seed(name) for name in [*PLANS, FEEDBACK]]
        self.assertEqual(run(*files)[0], 0)
        before = counts()
        code, out, _ = run(*files)
        self.assertEqual((code, counts()), (0, before))
        self.assertEqual(out.count("已经导入过，没有改动任何数据"), 5)

    def test_a_dry_run_stores_nothing(self):
        code, out, _ = run(seed("hongkou-2022-annual-plan"), "--dry-run")
        self.assertEqual(code, 0)
        self.assertIn("没有写入", out)
        self.assertEqual(set(counts().values()), {0})

    def test_json_is_one_object_a_document_and_nothing_else_on_standard_output(self):
        _, out, _ = run(seed("hongkou-2022-annual-plan"), "--json")
        plan = json.loads(out)
        self.assertEqual(sum(len(s["items"]) for s in plan["sections"]), 36)
        self.assertEqual(Item.objects.count(), 36)

    def test_storing_a_plan_takes_few_queries_whatever_its_size(self):
        """Django cuts INSERTs of more than 999 values for SQLite; nothing is asked item by item."""
        large = seed("hongkou-2022-annual-plan").read_bytes()
        small = SMALL_PLAN.format(bureau="杨浦区教育局", offices="德育科、宣传科").encode()
        for content in (large, small):
            with CaptureQueriesContext(connection) as queries:
                load_bytes("a.txt", content)
            asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
            self.assertLessEqual(len(asked), 12 if connection.vendor == "postgresql" else 14)


class BadInputTest(CastTestCase):
    """What is wrong is said in Chinese, with the place and the way out; nothing half is stored."""

    def import_text(self, text, *options, name="要点.txt", encoding="utf-8"):
        """Write `text` into a file and import it."""
        content = text if isinstance(text, bytes) else text.encode(encoding)
        with TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(content)
            return run(path, *options)

    def small(self, bureau="虹口区教育局", offices="德育、宣传科"):
        """A plan of two items."""
        return SMALL_PLAN.format(bureau=bureau, offices=offices)

    def test_refused_files_exit_with_1_store_nothing_and_say_why(self):
        two_plans = self.small() + "\n" + self.small("长宁区教育局")
        cases = {
            "empty": (b"", "空"),
            "blank": ("\n \n", "空"),
            "binary": (bytes(range(256)) * 20, "文字"),
            "no plan": ("床前明月光，疑是地上霜。\n举头望明月，低头思故乡。\n", "没有"),
            "two plans": (two_plans, "两份|多份|不止一份|2 份|2份"),
        }
        before = counts()
        for name, (content, reason) in cases.items():
            with self.subTest(case=name):
                code, _, err = self.import_text(content)
                self.assertEqual(code, 1)
                self.assertRegex(err, reason)
                self.assertNotIn("Traceback", err)
                self.assertEqual(counts(), before)

    def test_a_missing_file_is_named(self):
        code, _, err = run("/不存在/要点.txt")
        self.assertEqual(code, 1)
        self.assertIn("打不开文件", err)

    def test_an_alias_is_found_and_an_unknown_office_is_made_with_a_warning(self):
        code, _, err = self.import_text(self.small())
        self.assertEqual(code, 0)
        first = Item.objects.get(number="1")
        self.assertEqual([a.office.name for a in first.assignments.all()], ["德育科", "宣传科"])
        self.assertEqual(first.reporting_office, self.moral)
        self.assertRegex(err, r"第 4 行：科室“宣传科”是第一次出现，已新建")

    def test_a_repeated_number_is_kept_and_listed(self):
        code, _, err = self.import_text(self.small().replace("2.加强体育", "1.加强体育"))
        self.assertEqual(code, 0)
        self.assertEqual(Item.objects.filter(number="1").count(), 2)
        self.assertRegex(err, "第 5 行")

    def test_another_file_with_the_same_plan_is_refused_and_the_first_stands(self):
        self.import_text(self.small())
        before = counts()
        code, _, err = self.import_text(self.small() + "3.加强美育工作。办好艺术节。\n")
        self.assertEqual((code, counts()), (1, before))
        self.assertIn("不是同一份文件", err)

    def test_an_unknown_organization_by_name_is_refused_and_by_issuer_made(self):
        code, _, err = self.import_text(self.small(), "--organization", "浦东新区教育局")
        self.assertEqual(code, 1)
        self.assertIn("没有名为“浦东新区教育局”的单位", err)
        code, _, err = self.import_text(self.small("上海市杨浦区教育局"))
        self.assertEqual(code, 0)
        bureau = Organization.objects.get(name="杨浦区教育局")
        self.assertEqual(bureau.aliases, ["上海市杨浦区教育局"])
        self.assertEqual(bureau.plans.count(), 1)

    def test_encodings_of_windows_and_of_wps_are_read(self):
        for number, encoding in enumerate(("gb18030", "utf-8-sig", "utf-16", "utf-16-le")):
            with self.subTest(encoding=encoding):
                text = self.small().replace("2024", str(2030 + number))
                self.assertEqual(self.import_text(text, encoding=encoding)[0], 0)
                self.assertTrue(Plan.objects.filter(year=2030 + number, items__number="2").exists())

    def test_what_no_column_holds_is_refused_with_its_line_and_nothing_is_stored(self):
        before = counts()
        code, _, err = self.import_text(self.small(offices="德育、" + "很长的科室名" * 20 + "科"))
        self.assertEqual((code, counts()), (1, before))
        self.assertRegex(err, "第 4 行：科室的科室名称不合要求")

    def test_if_storing_fails_half_way_nothing_is_stored(self):
        [draft] = parse_document("a.txt", self.small().encode())
        draft.sections[0].items[1].number = "一" * 21  # refused when plan, offices and sections are stored already
        before = counts()
        with self.assertRaises(NotLoadable):
            load(draft, Upload("a.txt", b"a", "a", "utf-8"), now=NOW)
        self.assertEqual(counts(), before)

    def test_a_letter_does_not_overwrite_a_report_that_is_there(self):
        content = seed(FEEDBACK).read_bytes()
        load_bytes("a.txt", content)
        before = counts()
        with self.assertRaises(NotLoadable) as caught:
            load_bytes("b.txt", content + b"\n")
        self.assertIn("已有进展报告", caught.exception.problem.message)
        self.assertEqual(counts(), before)
