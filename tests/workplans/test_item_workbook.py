"""Items with their offices as a workbook: changed, added, refused."""

from datetime import date

from tests.base import CastTestCase
from tests.workbooks import HOSTILE, WorkbookSteps, formula_cells, rows_of
from workplans.models import Assignment, Item, Office, Plan, Section


class ItemWorkbookTest(WorkbookSteps, CastTestCase):
    """A supervisor's sheet of items."""

    model = "workplans_item"

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan = cls.make_plan()
        cls.item, cls.other = cls.make_item(cls.plan), cls.make_item(cls.plan, deadline=date(2024, 6, 30))
        Section.objects.create(plan=cls.plan, position=2, ordinal="二", title="深化教育改革")

    def imported(self, changes, sheet_row=2):
        """Import the supervisor's sheet with some cells changed; return the page after the confirmation."""
        page = self.upload(self.supervisor, self.changed(self.export(self.supervisor), changes, sheet_row))
        self.assertIn("confirm_form", page.context, page.context["result"] and page.context["result"].problems)
        return self.confirm(page)

    def refused(self, changes, sheet_row=2):
        """Return the problems of importing the sheet with some cells changed."""
        return self.problems(
            self.upload(self.supervisor, self.changed(self.export(self.supervisor), changes, sheet_row))
        )

    def offices(self, item):
        """Return the item's offices in order, with their roles."""
        return [(a.office.name, a.role) for a in Assignment.objects.filter(item=item).order_by("position")]

    def test_only_supervisors_import(self):
        for name, user in self.people().items():
            if name == "nobody":
                continue
            with self.subTest(name):
                self.client.force_login(user)
                expected = 200 if name in ("supervisor", "outsider") else 403
                self.assertEqual(self.client.get(self.url("import")).status_code, expected)

    def test_unchanged_comes_back_as_no_change(self):
        for text in HOSTILE:
            self.make_item(self.plan, title=text, body=f"{text}\r\n完")
        content = self.export(self.supervisor)
        self.assertEqual(formula_cells(content), [])
        page = self.upload(self.supervisor, content)
        self.assertContains(page, f"修改 0，没有变化 {2 + len(HOSTILE)}，不能导入 0")
        self.confirm(page)
        self.assertEqual(rows_of(content), rows_of(self.export(self.supervisor)))

    def test_what_no_office_has_begun_goes_with_its_item_and_the_rest_stays(self):
        period = self.make_period()
        blank = self.make_report(self.item, period)
        for item, report, office in (
            (self.item, blank, self.finance),
            (self.other, self.make_report(self.other, period, progress="已部署。"), self.moral),
        ):
            self.imported({"牵头科室": "计财科", "填报科室": "计财科"}, sheet_row=2 if item == self.item else 3)
            with self.subTest(item=item):
                self.assertEqual(Item.objects.get(pk=item.pk).reporting_office, self.finance)
                report.refresh_from_db()
                self.assertEqual(report.office, office)

    def test_texts_dates_and_offices(self):
        self.imported(
            {
                "标题": "新标题",
                "完成时限": "2024年11月5日",
                "板块": "深化教育改革",
                "牵头科室": "计财科",
                "责任科室": "德育，办公室",
                "填报科室": "计财科",
            }
        )
        item = Item.objects.get(pk=self.item.pk)
        self.assertEqual((item.title, item.deadline, item.status), ("新标题", date(2024, 11, 5), "active"))
        self.assertEqual((item.section.ordinal, item.reporting_office), ("二", self.finance))
        self.assertEqual(self.offices(item), [("计财科", "lead"), ("德育科", "responsible"), ("办公室", "responsible")])
        self.assertEqual(item.history.first().history_user, self.supervisor)
        roles = Assignment.history.filter(item_id=item.pk).values_list("history_type", flat=True)
        self.assertEqual(sorted(roles), ["+", "+", "+", "~"])

    def test_the_responsible_leader_comes_in_and_stands_in_the_history(self):
        self.imported({"责任领导": "王局长、李副局长"})
        self.assertEqual(Item.objects.get(pk=self.item.pk).leader, "王局长、李副局长")
        versions = Item.history.filter(id=self.item.pk).values_list("leader", "history_user__username")
        self.assertEqual(versions[0], ("王局长、李副局长", "supervisor"))

    def test_an_alias_is_no_change(self):
        page = self.upload(self.supervisor, self.changed(self.export(self.supervisor), {"牵头科室": "德育"}))
        self.assertContains(page, "没有变化 2")

    def test_a_row_without_system_id_adds_an_item(self):
        new = {
            "工作计划": self.plan.title,
            "板块": "一、落实立德树人根本任务",
            "编号": "9",
            "标题": "新增事项",
            "责任科室": "计财科",
        }
        self.imported(new, sheet_row=4)
        item = Item.objects.get(title="新增事项")
        self.assertEqual((item.position, item.reporting_office, item.plan), (3, self.finance, self.plan))
        self.assertEqual(self.offices(item), [("计财科", "responsible")])
        [(row, heading, message)] = self.refused(new, sheet_row=5)
        self.assertEqual((row, heading), (5, "标题"))
        self.assertIn("已有", message)

    def test_refused_with_a_hint(self):
        cases = [
            ({"牵头科室": "财务处"}, "牵头科室", "不是虹口区教育局的科室"),
            ({"责任科室": "德育科"}, "责任科室", "出现了两次"),
            ({"完成时限": "年底"}, "完成时限", "时限原文"),
            ({"完成时限": "2024-02-30"}, "完成时限", "不是日期"),
            ({"状态": "暂缓"}, "状态", "请在事项页面办理"),
            ({"板块": "没有的板块"}, "板块", "可填：一、"),
            ({"填报科室": None}, "填报科室", "填报科室"),
            ({"标题": None}, "标题", ""),
            ({"工作计划": "别的计划"}, "工作计划", "不符"),
            ({"系统编号": 99999}, "系统编号", "没有系统编号"),
            ({"系统编号": self.other.pk}, "", ""),
        ]
        for changes, heading, message in cases:
            with self.subTest(str(changes)):
                problems = self.refused(changes)
                self.assertTrue(any(h == heading or not heading for _, h, _ in problems), problems)
                self.assertIn(message, problems[0][2])
                self.assertNotRegex(problems[0][2], "[A-Za-z]{4}")

    def test_another_bureaus_offices_and_plans_are_unknown(self):
        Office.objects.create(organization=self.other_bureau, name="保密科")
        self.assertIn("不是虹口区教育局的科室", self.refused({"牵头科室": "保密科"})[0][2])
        foreign = self.make_plan(organization=self.other_bureau, title="静安计划")
        new = {"工作计划": foreign.title, "板块": "一", "标题": "塞进别局的事项"}
        self.assertIn("没有您能修改的这份工作计划", self.refused(new, sheet_row=4)[0][2])
        self.assertEqual(Plan.objects.get(pk=foreign.pk).items.count(), 0)
