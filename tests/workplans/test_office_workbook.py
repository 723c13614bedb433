"""Offices and assignments by workbook in the admin: changed, added, refused by row and column; all or nothing."""

from io import BytesIO

import openpyxl

from tests.base import CastTestCase, make_user
from tests.workbooks import HOSTILE, WorkbookSteps, formula_cells, rows_of, saved, with_dimension, workbook
from workplans.access import Role
from workplans.models import Assignment, Office
from workplans.resources import SEPARATOR


class BookCase(WorkbookSteps, CastTestCase):
    """The cast's bureau with two items."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan = cls.make_plan(title="2024年工作要点")
        cls.first, cls.second = cls.make_item(cls.plan, title="第一件"), cls.make_item(cls.plan, title="第二件")

    def with_row(self, content, **cells):
        """The exported table with one more row."""
        rows = rows_of(content)
        return workbook([*rows, [cells.get(heading) for heading in rows[0]]])

    def refused(self, content, user=None):
        """The problems, and that nothing was stored."""
        before = list(Office.objects.values()), list(Assignment.objects.values())
        problems = self.problems(self.upload(user or self.supervisor, content))
        self.assertEqual((list(Office.objects.values()), list(Assignment.objects.values())), before)
        return problems


class OfficeWorkbookTest(BookCase):
    """科室."""

    model = "workplans_office"

    def test_out_and_in_is_no_change(self):
        for text in HOSTILE:
            Office.objects.create(
                organization=self.bureau, name=text, aliases=[SEPARATOR.sub("", text).strip() + "别名"]
            )
        for ending in ("xlsx", "csv"):
            content = self.export(self.supervisor, ending)
            if ending == "xlsx":
                self.assertEqual(formula_cells(content), [])
            page = self.upload(self.supervisor, content, f"科室.{ending}")
            counts = page.context["result"].totals
            self.assertEqual((counts["update"], counts["new"]), (0, 0))

    def test_a_change_and_a_new_office(self):
        content = self.changed(self.export(self.supervisor), {"别名": "德育、思政，学生处", "在用": "否"}, sheet_row=3)
        content = self.with_row(content, 科室名称="保卫科", 类别="普通科室", 排序=9, 在用="是")
        page = self.upload(self.supervisor, content)
        self.assertInHTML("<del>德育</del> → <ins>德育、思政、学生处</ins>", page.text)
        self.assertContains(self.confirm(page), "读到 4 行：新增 1，修改 1，没有变化 2，不能导入 0。")
        self.moral.refresh_from_db()
        self.assertEqual((self.moral.aliases, self.moral.is_active), (["德育", "思政", "学生处"], False))
        self.assertEqual(Office.objects.get(name="保卫科").organization, self.bureau)
        self.assertFalse(Office.objects.filter(organization=self.other_bureau, name="保卫科").exists())

    def test_other_sheets_are_named_and_what_is_read_adds_up(self):
        book = openpyxl.load_workbook(BytesIO(self.changed(self.export(self.supervisor), {"排序": 7}, sheet_row=3)))
        book.active.row_dimensions[4].hidden = True
        book.create_sheet("说明").append(["随手记的"])
        book.create_sheet("旧的").sheet_state = "hidden"
        page = self.upload(self.supervisor, with_dimension(saved(book), "A1:A2"))
        self.assertContains(page, "这些工作表没有读取：说明、旧的（隐藏）。")
        self.assertContains(self.confirm(page), "读到 3 行：新增 0，修改 1，没有变化 2，不能导入 0。")

    def test_what_is_refused(self):
        export = self.export(self.supervisor)
        cases = [
            ({"类别": "大科室"}, "类别", "可填：普通科室"),
            ({"在用": "也许"}, "在用", "请填“是”或“否”"),
            ({"排序": "第一"}, "排序", "不是整数"),
            ({"科室名称": None}, "科室名称", "不能为空"),
            ({"科室名称": "计财科"}, "", "已有同名的科室"),
            ({"单位": "静安区教育局"}, "单位", "与表中所写不符"),
        ]
        for changes, heading, told in cases:
            with self.subTest(str(changes)):
                [(row, where, message)] = self.refused(self.changed(export, changes, sheet_row=3))
                self.assertEqual(row, 3)
                self.assertIn(where, (heading, ""))
                self.assertIn(told, message)

    def test_the_preview_says_what_hangs_on_an_office_that_is_deactivated(self):
        page = self.upload(self.supervisor, self.changed(self.export(self.supervisor), {"在用": "否"}, sheet_row=3))
        self.assertContains(page, "停用“德育科”：还有2 个未办结的事项由它填报")
        self.assertContains(page, "仍留在它名下")
        other = self.changed(self.export(self.supervisor), {"排序": 8}, sheet_row=3)
        self.assertNotContains(self.upload(self.supervisor, other), "停用“")

    def test_another_bureaus_offices_are_out_of_reach(self):
        foreign = self.export(self.outsider)
        [(_, _, message)] = self.refused(self.changed(foreign, {"别名": "抢来的"}))
        self.assertIn("没有系统编号", message)
        new = self.with_row(
            self.export(self.supervisor), 单位="静安区教育局", 科室名称="塞进去的科", 类别="普通科室", 在用="是"
        )
        self.assertIn("不知道“静安区教育局”是哪个单位。可填：虹口区教育局", self.refused(new)[0][2])

    def test_a_reporter_only_reads(self):
        self.assertEqual(self.upload(self.reporter, self.export(self.reporter)).status_code, 403)


class AssignmentWorkbookTest(BookCase):
    """责任分工."""

    model = "workplans_assignment"

    def test_out_and_in_is_no_change(self):
        page = self.upload(self.supervisor, self.export(self.supervisor))
        self.assertContains(page, "读到 2 行：新增 0，修改 0，没有变化 2，不能导入 0。")

    def test_a_change_and_a_new_row_leave_history(self):
        content = self.changed(self.export(self.supervisor), {"科室": "计财", "分工": "责任"})
        content = self.with_row(
            content, 工作计划="2024年工作要点", 编号="2", 工作事项="第二件", 科室="计财科", 分工="配合", 顺序=2
        )
        page = self.upload(self.supervisor, content, "分工.xlsx")
        self.assertInHTML("<del>德育科</del> → <ins>计财科</ins>", page.text)
        self.confirm(page)
        changed, added = self.first.assignments.get(), self.second.assignments.get(office=self.finance)
        self.assertEqual((changed.office, changed.role), (self.finance, "responsible"))
        self.assertEqual((added.role, added.position), ("support", 2))
        for row in (changed.history.first(), added.history.get()):
            told = (row.history_user, row.history_change_reason, row.history_origin)
            self.assertEqual(told, (self.supervisor, "导入：分工.xlsx", "import"))
        self.assertEqual(
            self.second.assignments.get(office=self.moral).history.filter(history_user=self.supervisor).count(), 0
        )

    def test_what_is_refused(self):
        export = self.export(self.supervisor)
        new = {"工作计划": "2024年工作要点", "编号": "2", "工作事项": "第二件", "科室": "计财科", "分工": "配合"}
        cases = [
            (self.changed(export, {"科室": "保密科"}), "不是虹口区教育局的科室"),
            (self.changed(export, {"分工": "督办"}), "可填：牵头、责任、配合"),
            (self.changed(export, {"工作事项": "第二件"}), "与表中所写不符"),
            (self.with_row(export, **new | {"工作事项": "没有的事"}), "没有您能修改的这个事项"),
            (self.with_row(export, **new | {"科室": "德育科"}), "一个科室只能出现一次"),
        ]
        for content, told in cases:
            with self.subTest(told):
                self.assertIn(told, " ".join(message for *_, message in self.refused(content)))

    def test_only_supervisors_of_the_bureau(self):
        content = self.changed(self.export(self.supervisor), {"分工": "配合"})
        self.assertEqual(self.upload(self.reporter, content).status_code, 403)
        self.assertIn("没有系统编号", self.refused(content, self.outsider)[0][2])
        both = make_user("both", self.other_bureau, Role.SUPERVISOR)
        self.assertIn("没有系统编号", self.refused(content, both)[0][2])
