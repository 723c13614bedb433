"""离线填报: the sheet an office downloads, what becomes of it when it comes back, and what is refused by name."""

from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import unquote

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import CastTestCase
from tests.filling import HEAD, Filled, FillSteps
from tests.workbooks import with_dimension, workbook
from tracking.models import FillUpload, Period, Report, TaskReport
from tracking.models.upload import KEPT

S = Report.Status


class FillingCase(FillSteps, CastTestCase):
    """The 德育科 reports on three items, one of them with tasks, one approved; the 计财科 on one."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()
        earlier = cls.make_period(label="2024年1-9月", as_of=date(2024, 9, 30), status=Period.Status.CLOSED)
        cls.first = cls.make_item(cls.plan, title="建设家长学校")
        cls.second = cls.make_item(cls.plan, tasks=["高中", "初中"], title="优质均衡发展")
        cls.third = cls.make_item(cls.plan, title="推进体教融合")
        cls.money = cls.make_item(cls.plan, lead=cls.finance, title="落实经费保障")
        cls.make_report(cls.first, earlier, completion_percent=50, progress="九月的进展", next_steps="九月的措施")
        before = cls.make_report(cls.second, earlier, completion_percent=40, progress="九月总的进展")
        before.task_reports.filter(task__title="高中").update(progress="高中九月的进展")
        cls.mine = cls.make_report(
            cls.first, cls.period, completion_percent=60, progress="已启动", saved_by=cls.reporter
        )
        cls.tasked = cls.make_report(cls.second, cls.period)
        cls.done = cls.make_report(cls.third, cls.period, completion_percent=100, progress="已完成", status=S.APPROVED)
        cls.theirs = cls.make_report(cls.money, cls.period, progress="计财科的话")

    def stored(self, report):
        """The report as the database has it."""
        return Report.objects.get(pk=report.pk)


class TemplateTest(FillingCase):
    """What is downloaded."""

    def test_it_holds_the_offices_own_items_with_last_period_beside(self):
        sheet = self.download(self.reporter)
        self.assertEqual(sheet.book.sheetnames, ["德育科", "填写说明"])
        titles = [sheet.sheet.cell(n, 2).value for n in range(HEAD + 1, sheet.sheet.max_row + 1)]
        self.assertEqual([title.split("\n")[0].strip() for title in titles], [
            "建设家长学校", "优质均衡发展", "└ 分解任务：高中", "└ 分解任务：初中", "推进体教融合",
        ])  # fmt: skip
        self.assertEqual(sheet.cell("建设家长学校", "上期完成率").value, 0.5)
        self.assertEqual(sheet.cell("建设家长学校", "上期进展情况").value, "九月的进展")
        self.assertEqual(sheet.cell("建设家长学校", "上期困难和措施").value, "【措施】九月的措施")
        self.assertEqual(sheet.cell("分解任务：高中", "上期进展情况").value, "高中九月的进展")
        self.assertEqual(sheet.cell("建设家长学校", "完成率").value, 60)

    def test_only_what_can_be_written_is_unlocked(self):
        sheet = self.download(self.reporter)
        unlocked = {
            (cell.row, sheet.headings[cell.column - 1])
            for row in sheet.sheet.iter_rows()
            for cell in row
            if not cell.protection.locked
        }
        texts = ["目前进展情况", "存在的困难", "下一步工作措施"]
        whole = ["完成率（%）", *texts, "本期无新进展", "无新进展的原因"]
        rows = {"建设家长学校": whole, "优质均衡发展": whole, "分解任务：高中": texts, "分解任务：初中": texts}
        self.assertEqual(
            unlocked, {(sheet.line(words), heading) for words, headings in rows.items() for heading in headings}
        )
        self.assertTrue(sheet.sheet.protection.sheet)
        self.assertTrue(sheet.sheet.column_dimensions["M"].hidden)
        self.assertEqual(sheet.headings[12], "系统编号（请勿改动）")

    def test_excel_itself_refuses_a_rate_beyond_100_in_chinese(self):
        rules = self.download(self.reporter).sheet.data_validations.dataValidation
        rate = next(rule for rule in rules if rule.type == "decimal")
        self.assertEqual((rate.formula1, rate.formula2, rate.showErrorMessage), ("0", "100", True))
        self.assertIn("0 到 100", rate.error)
        self.assertIn("留空", rate.prompt)
        self.assertEqual(str(rate.sqref), "G5:G9")

    def test_it_prints_and_scrolls_well(self):
        sheet = self.download(self.reporter).sheet
        self.assertEqual((sheet.freeze_panes, sheet.print_title_rows), ("C5", "$4:$4"))
        self.assertEqual((sheet.page_setup.orientation, sheet.page_setup.fitToHeight), ("landscape", 0))
        self.assertEqual(sheet.print_area, "'德育科'!$A$1:$L$9")

    def test_who_downloads_which_sheets(self):
        page = reverse("sheets:period_sheet", args=[self.period.pk])
        own, theirs = f"?office={self.moral.pk}", f"?office={self.finance.pk}"
        foreign = f"?office={self.foreign_office.pk}"
        cases = [
            (self.reporter, "", 200), (self.reporter, own, 200), (self.reporter, theirs, 403), (self.head, own, 200),
            (self.supervisor, "", 200), (self.supervisor, theirs, 200), (self.supervisor, foreign, 404),
            (self.leader, own, 403), (self.admin, own, 403), (self.outsider, own, 404), (self.reporter, "?office=x", 404),
        ]  # fmt: skip
        for user, query, status in cases:
            with self.subTest(user=str(user), query=query):
                self.client.force_login(user)
                self.assertEqual(self.client.get(page + query).status_code, status)
        self.assertEqual(self.download(self.supervisor).book.sheetnames, ["德育科", "计财科", "填写说明"])

    def test_its_name_is_chinese(self):
        self.client.force_login(self.reporter)
        response = self.client.get(reverse("sheets:period_sheet", args=[self.period.pk]))
        self.assertIn("填报表_德育科_2024年1-10月.xlsx", unquote(response.headers["Content-Disposition"]))

    def test_a_period_without_reports_gives_no_sheet_but_a_sentence(self):
        period = self.make_period(label="2024年1-11月", as_of=date(2024, 11, 30), status=Period.Status.UPCOMING)
        self.client.force_login(self.reporter)
        page = self.client.get(reverse("sheets:period_sheet", args=[period.pk]), follow=True)
        self.assertContains(page, "没有要填报的事项")

    def queries_of(self, step):
        """How many queries a step takes, and what it gives."""
        with CaptureQueriesContext(connection) as queries:
            given = step()
        return len(queries), given

    def test_queries_do_not_grow_with_rows(self):
        counts = []
        self.client.force_login(self.supervisor)
        for _ in range(2):
            address = reverse("sheets:period_sheet", args=[self.period.pk])
            asked, response = self.queries_of(lambda address=address: self.client.get(address))
            sheet = Filled(response.content)
            sheet.write("建设家长学校", rate=10 + len(counts)).write("分解任务：高中", progress=f"第{len(counts)}次")
            for line in range(HEAD + 1, sheet.sheet.max_row + 1):
                cell = sheet.sheet.cell(line, sheet.column("存在的困难"))
                cell.value = "困难" if not cell.protection.locked else None
            read, page = self.queries_of(lambda sheet=sheet: self.upload(self.supervisor, sheet))
            written, _page = self.queries_of(lambda page=page: self.confirm(page))
            counts.append((asked, read, written))
            self.assertEqual(len(page.context["preview"].changed), 4 if len(counts) == 1 else 78)
            for number in range(38):
                self.make_report(self.make_item(self.plan, tasks=["甲"], title=f"第{number}件"), self.period)
        self.assertEqual(*counts)


class ReturnTest(FillingCase):
    """What comes back."""

    def test_each_change_is_shown_whole_and_written_only_when_confirmed(self):
        sheet = self.download(self.reporter)
        sheet.write("建设家长学校", rate=75.5, progress="已开课三期", steps="下月验收")
        sheet.write("分解任务：高中", progress="高中的话")
        page = self.upload(self.reporter, sheet)
        self.assertEqual(self.counts(page), (2, 3, 0))
        for was, becomes in (
            ("60%", "75.5%"),
            ("已启动", "已开课三期"),
            ("（空）", "下月验收"),
            ("（空）", "高中的话"),
        ):
            self.assertContains(page, f'<td data-label="现有" class="text was">{was}</td>')
            self.assertContains(page, f'<td data-label="写入后" class="text becomes">{becomes}</td>')
        self.assertEqual(self.stored(self.mine).version, 0)
        after = self.confirm(page)
        self.assertContains(after, "写入 2 份进展报告，保存为草稿。")
        report = self.stored(self.mine)
        self.assertEqual((report.completion_percent, report.progress), (Decimal("75.5"), "已开课三期"))
        self.assertEqual((report.version, report.saved_by, report.status), (1, self.reporter, S.DRAFT))
        self.assertEqual(TaskReport.objects.get(report=self.tasked, task__title="高中").progress, "高中的话")
        self.assertEqual(self.stored(self.tasked).version, 1)

    def test_history_tells_who_when_and_from_which_file(self):
        page = self.upload(
            self.reporter, self.download(self.reporter).write("分解任务：高中", progress="新"), "德育科十月.xlsx"
        )
        self.confirm(page)
        part = TaskReport.objects.get(report=self.tasked, task__title="高中")
        for row in (self.tasked.history.first(), part.history.first()):
            self.assertEqual((row.history_user, row.history_change_reason), (self.reporter, "填报表：德育科十月.xlsx"))
            self.assertEqual(row.history_origin, "import")

    def test_the_same_file_twice_changes_nothing(self):
        sheet = self.download(self.reporter).write("建设家长学校", rate=75, progress="已开课三期")
        self.confirm(self.upload(self.reporter, sheet))
        before = Report.history.count()
        page = self.upload(self.reporter, sheet)
        self.assertEqual(self.counts(page), (0, 5, 0))
        self.assertContains(page, "表中的内容与系统中已有的一致。")
        self.assertNotContains(page, "保存为草稿</button>")
        self.confirm(page)
        self.assertEqual((self.stored(self.mine).version, Report.history.count()), (1, before))

    def test_an_untouched_sheet_overwrites_nothing_that_was_stored_meanwhile(self):
        sheet = self.download(self.reporter).write("优质均衡发展", rate=30)
        Report.objects.filter(pk=self.mine.pk).update(progress="科长后来写的", version=1, saved_by=self.head)
        page = self.upload(self.reporter, sheet)
        self.assertEqual(self.counts(page), (1, 4, 0))
        self.assertContains(page, "科长 改过“目前进展情况”；您没有改这些格子")
        self.confirm(page)
        self.assertEqual(self.stored(self.mine).progress, "科长后来写的")

    def test_a_cell_that_both_wrote_is_refused_with_both_texts(self):
        sheet = self.download(self.reporter).write("建设家长学校", rate=80, progress="我写的")
        Report.objects.filter(pk=self.mine.pk).update(progress="科长写的", version=1, saved_by=self.head)
        page = self.upload(self.reporter, sheet)
        [(_, heading, message)] = self.problems(page)
        self.assertEqual(heading, "目前进展情况")
        self.assertIn("科长 已把这一格改为“科长写的”（第 1 版）", message)
        self.assertContains(page, "我写的")
        self.confirm(page, skip_refused="on")
        self.assertEqual(self.stored(self.mine).completion_percent, 60)

    def test_somebody_saving_between_preview_and_confirmation_stops_it(self):
        page = self.upload(
            self.reporter, self.download(self.reporter).write("建设家长学校", rate=80).write("优质均衡发展", rate=10)
        )
        Report.objects.filter(pk=self.mine.pk).update(completion_percent=70, version=1, saved_by=self.head)
        after = self.confirm(page)
        self.assertContains(after, "没有写入任何内容")
        self.assertContains(after, "科长 已把这一格改为“70%”")
        self.assertIsNone(self.stored(self.tasked).completion_percent)

    def test_columns_may_move_and_headings_be_written_differently(self):
        sheet = self.download(self.reporter).write("建设家长学校", rate=80, progress="新的进展")
        sheet.sheet.move_range(f"G{HEAD}:G9", cols=20)
        sheet.sheet.move_range(f"A{HEAD}:A9", cols=25)
        for cell in sheet.sheet[HEAD]:
            spellings = {
                "完成率（%）": " 完 成 率 ",
                "目前进展情况": "目前进展\n情况",
                "系统编号（请勿改动）": "系统编号",
            }
            cell.value = spellings.get(str(cell.value).replace("\n", ""), cell.value)
        page = self.upload(self.reporter, sheet)
        self.assertEqual(self.counts(page), (1, 4, 0))
        self.confirm(page)
        self.assertEqual(self.stored(self.mine).completion_percent, 80)

    def test_rows_may_be_sorted_and_deleted_and_columns_left_out(self):
        sheet = self.download(self.reporter).write("分解任务：初中", progress="初中的话")
        rows = [[cell.value for cell in row] for row in sheet.sheet.iter_rows(min_row=HEAD)]
        kept = [rows[0], *reversed(rows[2:5])]
        without = [[value for place, value in enumerate(row) if place not in (2, 8)] for row in kept]
        page = self.upload(self.reporter, workbook([["我的表"], [], *without]))
        self.assertEqual(self.counts(page), (1, 2, 0))
        self.assertContains(page, "没有“存在的困难”列，这些内容保持不变。")

    def test_own_columns_lines_of_words_and_other_sheets_are_told(self):
        sheet = self.download(self.reporter)
        sheet.sheet.cell(HEAD, 20).value, sheet.sheet.cell(30, 2).value = "我的备注", "填表人：张老师"
        sheet.book.create_sheet("统计").append(["随手记的"])
        sheet.book.create_sheet("藏起来的").sheet_state = "hidden"
        page = self.upload(self.reporter, sheet)
        self.assertEqual(self.counts(page), (0, 5, 0))
        for told in (
            "这些列不认识，没有读取：我的备注",
            "第 30 行没有系统编号",
            "工作表“统计”里没有填报表的表头",
            "隐藏的工作表“藏起来的”",
        ):
            self.assertContains(page, told)

    def test_hidden_rows_and_columns_are_read_and_told(self):
        sheet = self.download(self.reporter).write("建设家长学校", steps="藏着的措施")
        sheet.sheet.row_dimensions[sheet.line("建设家长学校")].hidden = True
        sheet.sheet.column_dimensions["J"].hidden = True
        page = self.upload(self.reporter, sheet)
        self.assertEqual(self.counts(page), (1, 4, 0))
        self.assertContains(page, "这一行在表里是隐藏的，也读取了。")

    def test_several_offices_in_one_file(self):
        sheet = self.download(self.supervisor).write("建设家长学校", rate=61)
        sheet.use("计财科").write("落实经费保障", rate=20)
        page = self.upload(self.supervisor, sheet)
        self.assertEqual(self.counts(page), (2, 4, 0))
        self.confirm(page)
        self.assertEqual((self.stored(self.theirs).completion_percent, self.stored(self.theirs).on_behalf), (20, True))

    def test_what_wps_writes_as_the_size_of_the_sheet_is_not_believed(self):
        sheet = self.download(self.reporter).write("推进体教融合", progress="最后一行")
        content = with_dimension(sheet.write("分解任务：初中", progress="靠后的一行").content, "A1:B2")
        self.assertEqual(self.counts(self.upload(self.reporter, content)), (1, 3, 1))


class RefusalTest(FillingCase):
    """What is refused, with sheet, row, column and how to mend it; and that a refused row keeps all from being written."""

    def refused(self, sheet, user=None):
        """The problems of an upload that changes nothing even when confirmed."""
        page = self.upload(user or self.reporter, sheet)
        problems = self.problems(page)
        self.assertTrue(problems)
        before = list(Report.objects.order_by("pk").values_list("version", flat=True))
        after = self.confirm(page)
        self.assertEqual(list(Report.objects.order_by("pk").values_list("version", flat=True)), before)
        self.assertContains(after, "什么也没有写入")
        return problems

    def test_a_rate_that_is_none(self):
        for typed in (101, -1, "八成", "80 90", 83.33):
            with self.subTest(typed):
                sheet = self.download(self.reporter).write("建设家长学校", rate=typed).write("优质均衡发展", rate=10)
                [(row, heading, message)] = self.refused(sheet)
                self.assertEqual((row, heading), (5, "完成率（%）"))
                self.assertIn(str(typed), message)

    def test_one_bad_row_can_be_skipped_when_asked_for(self):
        sheet = self.download(self.reporter).write("建设家长学校", rate=800).write("优质均衡发展", rate=10)
        page = self.upload(self.reporter, sheet)
        self.assertContains(page, "工作表“德育科”第 5 行 G 列")
        after = self.confirm(page, skip_refused="on")
        self.assertContains(after, "写入 1 份进展报告")
        self.assertEqual((self.stored(self.tasked).completion_percent, self.stored(self.mine).version), (10, 0))

    def test_rows_of_another_office_by_name(self):
        sheet = self.download(self.supervisor).use("计财科").write("落实经费保障", rate=90)
        [(_, _, message)] = self.refused(sheet)
        self.assertIn("落实经费保障", message)
        self.assertIn("计财科", message)
        self.assertIn("只有本事项的填报科室", message)

    def test_a_submitted_report_and_a_closed_period_by_name(self):
        sheet = self.download(self.reporter).write("建设家长学校", rate=80)
        Report.objects.filter(pk=self.mine.pk).update(status=S.BUREAU_REVIEW)
        self.assertIn("建设家长学校”（德育科）：这份进展报告待办公室审核", self.refused(sheet)[0][2])
        Report.objects.filter(pk=self.mine.pk).update(status=S.DRAFT)
        Period.objects.filter(pk=self.period.pk).update(status=Period.Status.CLOSED)
        self.assertIn("填报期“2024年1-10月”已截止，不能填写", self.refused(sheet)[0][2])

    def test_another_bureaus_rows_are_unknown(self):
        sheet = self.download(self.reporter).write("建设家长学校", rate=80)
        problems = self.refused(sheet, self.outsider)
        self.assertEqual(len(problems), 5)
        self.assertIn("没有这份进展报告，或者不是您单位的", problems[0][2])

    def test_a_key_that_is_missing_changed_or_there_twice(self):
        for change, told in (
            (lambda sheet, cell: setattr(cell, "value", None), "缺少系统编号"),
            (
                lambda sheet, cell: setattr(cell, "value", cell.value[:-1] + ("0" if cell.value[-1] != "0" else "1")),
                "系统编号被改动过",
            ),
            (
                lambda sheet, cell: setattr(cell, "value", sheet.cell("优质均衡发展", "系统编号").value),
                "工作事项与系统编号不符",
            ),
        ):
            with self.subTest(told):
                sheet = self.download(self.reporter).write("建设家长学校", rate=80)
                change(sheet, sheet.cell("建设家长学校", "系统编号"))
                self.assertIn(told, self.refused(sheet)[0][2])
        sheet = self.download(self.reporter)
        sheet.sheet.append([cell.value for cell in sheet.sheet[5]])
        [(_, _, message)] = self.refused(sheet)
        self.assertIn("与工作表“德育科”第 5 行是同一个事项", message)

    def test_merged_cells_where_something_is_to_be_filled_in(self):
        sheet = self.download(self.reporter).write("建设家长学校", progress="两行合写")
        sheet.sheet.merge_cells("H5:H6")
        problems = self.refused(sheet)
        self.assertEqual([row for row, *_ in problems], [5, 6])
        self.assertIn("合并了单元格（H5:H6）", problems[0][2])

    def test_formulas_without_a_result(self):
        sheet = self.download(self.reporter).write("建设家长学校", rate="=50+10")
        self.assertIn("公式，没有算出结果", self.refused(sheet)[0][2])

    def test_a_task_has_no_rate_of_its_own(self):
        sheet = self.download(self.reporter).write("分解任务：高中", rate=50)
        self.assertIn("分解任务不单独填“完成率（%）”", self.refused(sheet)[0][2])

    def test_nothing_new_needs_its_reason_and_not_too_long_a_one(self):
        sheet = self.download(self.reporter).write("建设家长学校", unchanged="是")
        self.assertIn("请写明原因", self.refused(sheet)[0][2])
        sheet.write("建设家长学校", reason="等" * 201)
        self.assertIn("最多 200 字，已写 201 字", self.refused(sheet)[0][2])
        sheet.write("建设家长学校", reason="等上级批复", unchanged="也许")
        self.assertIn("请填“是”", self.refused(sheet)[0][2])

    def test_files_that_are_no_sheet_of_ours(self):
        cases = [
            (b"", "文件是空的", "a.xlsx"),
            (b"hello", "这不是 Excel 或 WPS 的表格文件", "a.xlsx"),
            (workbook([["序号", "完成率"], [1, 2]]), "找不到写有“系统编号（请勿改动）”的表头", "a.xlsx"),
            (b"PK\x03\x04", "已损坏", "a.xlsx"),
            ("你好".encode(), "这不是 Excel 或 WPS 的表格文件", "a.txt"),
        ]
        for content, told, name in cases:
            with self.subTest(told):
                self.assertContains(self.upload(self.reporter, content, name), told)
        sheet = self.download(self.reporter)
        sheet.sheet.cell(HEAD, 20).value = "完成率"
        self.assertContains(self.upload(self.reporter, sheet), "有两列都叫“完成率”")

    def test_a_rate_below_one_is_asked_about(self):
        page = self.upload(self.reporter, self.download(self.reporter).write("建设家长学校", rate=0.8))
        self.assertContains(page, "完成率填的是 0.8%。如果是 80%，请改为 80%。")
        page = self.upload(self.reporter, self.download(self.reporter).write("建设家长学校", rate=1))
        self.assertContains(page, "完成率填的是 1%。如果是 100%，请改为 100%。")


class SubmissionTest(FillingCase):
    """保存并提交."""

    def test_what_was_written_into_is_sent_and_nothing_else(self):
        sheet = self.download(self.reporter).write("建设家长学校", rate=75).write("优质均衡发展", rate=30)
        sheet.write("分解任务：高中", progress="高中的进展")
        self.make_report(
            self.make_item(self.plan, title="没有动过"), self.period, completion_percent=1, progress="草稿"
        )
        page = self.upload(self.reporter, sheet)
        self.assertContains(page, "保存并提交（2 项）")
        self.assertContains(self.confirm(page, "submit"), "写入 2 份进展报告，提交 2 份。")
        sent = Report.objects.filter(status=S.OFFICE_REVIEW)
        self.assertEqual({report.item.title for report in sent}, {"建设家长学校", "优质均衡发展"})
        event = self.mine.events.get()
        self.assertEqual((event.actor, event.action, event.from_status), (self.reporter, "submit", S.DRAFT))

    def test_a_report_without_its_contents_stops_all(self):
        sheet = self.download(self.reporter).write("建设家长学校", rate=75).write("优质均衡发展", rate=30)
        page = self.upload(self.reporter, sheet)
        self.assertContains(page, "有 1 项还不能提交")
        after = self.confirm(page, "submit")
        self.assertContains(after, "提交前请填写目前进展情况")
        self.assertEqual((self.stored(self.mine).version, self.stored(self.mine).status), (0, S.DRAFT))

    def test_drafts_of_the_same_file_can_be_sent_later(self):
        sheet = self.download(self.head).write("建设家长学校", rate=75)
        self.confirm(self.upload(self.head, sheet))
        page = self.upload(self.head, sheet)
        self.assertEqual(self.counts(page), (0, 5, 0))
        self.confirm(page, "submit")
        self.assertEqual(self.stored(self.mine).status, S.BUREAU_REVIEW)
        page = self.upload(self.head, sheet)
        self.assertEqual(self.counts(page), (0, 5, 0))
        self.assertEqual(page.context["preview"].to_submit, [])

    def test_a_report_with_a_refused_row_is_not_sent(self):
        sheet = (
            self.download(self.reporter).write("优质均衡发展", rate=30, progress="好").write("分解任务：高中", rate=5)
        )
        page = self.upload(self.reporter, sheet)
        self.assertContains(self.confirm(page, "submit", skip_refused="on"), "写入 1 份进展报告，提交 0 份。")
        self.assertEqual(self.stored(self.tasked).status, S.DRAFT)


class KeepingTest(FillingCase):
    """An upload is its owner's, once, for a day."""

    def setUp(self):
        self.page = self.upload(self.reporter, self.download(self.reporter).write("建设家长学校", rate=80))
        self.made = FillUpload.objects.get()
        self.address = reverse("sheets:fill_preview", args=[self.made.pk])

    def test_nobody_else_sees_or_confirms_it(self):
        for user in (self.head, self.supervisor, self.outsider):
            self.client.force_login(user)
            self.assertEqual(self.client.get(self.address).status_code, 404)
            self.assertEqual(
                self.client.post(self.address, {"seen": self.page.context["preview"].digest}).status_code, 404
            )

    def test_it_is_confirmed_once(self):
        self.confirm(self.page)
        self.assertContains(self.confirm(self.page), "已经确认过")
        self.assertEqual(self.stored(self.mine).version, 1)
        self.made.refresh_from_db()
        self.assertEqual(self.made.reading, {"rows": [], "notes": [], "letters": {}})

    def test_rights_withdrawn_meanwhile_count(self):
        self.reporter.memberships.all().delete()
        seen = self.page.context["preview"].digest
        self.assertEqual(self.client.post(self.address, {"seen": seen, "then": "draft"}).status_code, 403)
        self.assertEqual(self.stored(self.mine).version, 0)

    def test_without_having_seen_the_preview_nothing_is_written(self):
        page = self.client.post(self.address, {"then": "draft"})
        self.assertContains(page, "没有写入任何内容")
        page = self.client.post(self.address, {"seen": "0" * 64, "then": "draft"})
        self.assertContains(page, "没有写入任何内容")
        self.assertEqual(self.stored(self.mine).version, 0)

    def test_old_ones_are_thrown_away(self):
        FillUpload.objects.update(uploaded_at=self.made.uploaded_at - KEPT - timedelta(minutes=1))
        self.client.get(reverse("sheets:fill_upload"))
        self.upload(self.reporter, self.download(self.reporter))
        self.assertFalse(FillUpload.objects.filter(pk=self.made.pk).exists())
