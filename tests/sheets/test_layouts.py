"""表格版式: a bureau makes its own sheet without a programmer; what it makes is offered, used, traced, read back."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import SecurityEvent
from importer.sandbox import parse_under_limits
from sheets.layouts.forms import columns_for
from sheets.layouts.keeping import drop_layout, keep_layout
from sheets.sheets import SHEETS
from tracking.models import SheetKind, SheetLayout

from .sheet_case import SheetsCase, head_of


def column(name, heading, width=12.0):
    """Return a column as a layout keeps it."""
    return {"name": name, "heading": heading, "width": width}


class LayoutCase(SheetsCase):
    """Forms filled in as the page sends them."""

    def layout(self, **kw):
        """Store a layout of the bureau for the 推进情况表."""
        values = {
            "organization": self.bureau, "sheet": "progress", "name": "报区政府",
            "columns": [column("title", "事项", 20.0), column("number", "编号", 6.0), column("completion_percent", "进展%", 9.5)],
        }  # fmt: skip
        layout = SheetLayout(**(values | kw))
        keep_layout(layout, by=self.supervisor)
        return layout

    def data(self, shown, sheet="progress", **kw):
        """Return the form's data: `shown` are (name, heading, width) in order, the rest is not ticked."""
        every = SHEETS[sheet].every_column
        rest = [(name, "", "") for name in every if name not in {each[0] for each in shown}]
        data = {"sheet": sheet, "organization": self.bureau.pk, "name": "报区政府", "title": ""}
        data |= {"columns-TOTAL_FORMS": len(every), "columns-INITIAL_FORMS": len(every)}
        for index, (name, heading, width) in enumerate([*shown, *rest]):
            data |= {
                f"columns-{index}-name": name,
                f"columns-{index}-heading": heading,
                f"columns-{index}-width": width,
            }
            if index < len(shown):
                data |= {f"columns-{index}-shown": "on", f"columns-{index}-position": len(shown) - index}
        return data | kw

    def post(self, data, layout=None, user=None):
        """Send the form."""
        self.client.force_login(user or self.supervisor)
        url = reverse("sheets:layout_change", args=[layout.pk]) if layout else reverse("sheets:layout_new")
        return self.client.post(url, data)


class FormTest(LayoutCase):
    """A supervisor fills in a form."""

    def test_a_new_layout(self):
        shown = [("lamp", "", ""), ("completion_percent", "进展%", "9.5"), ("title", "事项", "20")]
        self.assertRedirects(self.post(self.data(shown, title="【单位】【填报期】重点工作")), "/layouts/")
        layout = SheetLayout.objects.get()
        self.assertEqual((layout.organization, layout.sheet, layout.name), (self.bureau, "progress", "报区政府"))
        self.assertEqual(
            layout.columns,
            [column("title", "事项", 20.0), column("completion_percent", "进展%", 9.5), column("lamp", "进度", 8.5)],
        )
        [version] = layout.history.all()
        self.assertEqual((version.history_user, version.history_type), (self.supervisor, "+"))

    def test_the_form_begins_with_the_offices_own_columns(self):
        for kind in SheetKind:
            rows = columns_for(SheetLayout(sheet=kind))
            shown = [row["name"] for row in rows if row.get("shown")]
            with self.subTest(kind):
                self.assertEqual(shown, [each.name for each in SHEETS[kind].columns])
                self.assertEqual(len(rows), len(SHEETS[kind].every_column))
                self.assertEqual([row["position"] for row in rows if row.get("shown")], list(range(1, len(shown) + 1)))

    def test_sent_back_unchanged_it_is_the_offices_own_sheet(self):
        self.client.force_login(self.supervisor)
        for kind in SheetKind:
            page = self.client.get(reverse("sheets:layout_new"), {"sheet": kind})
            data = {"sheet": kind, "organization": self.bureau.pk, "name": "原样", "title": ""}
            forms = [page.context["columns"].management_form, *page.context["columns"].forms]
            data |= {
                bound.html_name: bound.value() for form in forms for bound in form if bound.value() not in (None, False)
            }
            self.assertRedirects(self.post(data), "/layouts/")
            layout = SheetLayout.objects.get(sheet=kind)
            own = [[c.value for c in row] for row in self.book(sheet=kind).active.iter_rows()]
            with self.subTest(kind):
                same = [[c.value for c in row] for row in self.book(sheet=kind, layout=layout.pk).active.iter_rows()]
                self.assertEqual(same, own)

    def test_problems_are_told_and_nothing_typed_is_lost(self):
        title = [("title", "事项", "20")]
        for data, message in (
            (self.data(title, name=""), "请填写这一项"),
            (self.data([]), "请至少勾选一列。"),
            (self.data([("title", "同名", "9"), ("body", "同名", "9")]), "有两列同名：同名。请改成不同的列名。"),
            (self.data([("title", "事项", "2")]), "列宽不能小于 4。"),
            (self.data([("title", "事项", "宽")]), "列宽请填数字，如 12 或 8.5。"),
            (self.data(title, title="【区长】工作"), "标题中的【区长】无法换成实际的名称"),
            (self.data(title, **{"columns-0-name": "password"}), "表格的列与页面不符，请刷新页面再试。"),
        ):
            with self.subTest(message):
                page = self.post(data)
                self.assertContains(page, message)
                self.assertContains(page, data["columns-0-heading"])
                self.assertEqual(SheetLayout.objects.count(), 0)

    def test_a_name_is_taken_once(self):
        self.layout()
        self.assertContains(self.post(self.data([("title", "事项", "20")])), "本单位的这种表格已有同名的版式。")
        self.assertRedirects(self.post(self.data([("title", "事项", "20")], sheet="breakdown")), "/layouts/")

    def test_the_new_standard_takes_the_place_of_the_old(self):
        old = self.layout(name="旧", is_standard=True)
        self.assertRedirects(self.post(self.data([("title", "事项", "20")], is_standard="on")), "/layouts/")
        self.assertEqual([each.name for each in SheetLayout.objects.filter(is_standard=True)], ["报区政府"])
        self.assertEqual(old.history.first().history_change_reason, "改以“报区政府”为标准版式")

    def test_a_change_shows_who_made_it(self):
        layout = self.layout()
        self.post(self.data([("title", "工作事项", "20")]), layout)
        self.client.force_login(self.supervisor)
        page = self.client.get(reverse("sheets:layout_change", args=[layout.pk]))
        self.assertContains(page, "督办员", count=2 + 1)  # two versions and the header
        self.assertContains(page, "事项 · 编号 · 进展%")

    def test_keeping_and_deleting_leave_one_security_event_each(self):
        self.post(self.data([("title", "工作事项", "20")]))
        self.post(self.data([("title", "", "")]) | {"name": ""})  # not valid: nothing was set
        self.client.post(reverse("sheets:layout_delete", args=[SheetLayout.objects.get().pk]))
        events = SecurityEvent.objects.order_by("pk").values_list("kind", "username", "detail")
        self.assertEqual(list(events), [("settings", "supervisor", "保存"), ("settings", "supervisor", "删除")])

    def test_a_deleted_layout_leaves_its_history(self):
        layout = self.layout()
        self.client.force_login(self.supervisor)
        self.client.post(reverse("sheets:layout_delete", args=[layout.pk]))
        self.assertEqual(SheetLayout.objects.count(), 0)
        versions = SheetLayout.history.order_by("history_id").values_list("history_type", "history_user__username")
        self.assertEqual(list(versions), [("+", "supervisor"), ("-", "supervisor")])


class RulesTest(LayoutCase):
    """Who may, and what the database holds to."""

    def test_only_supervisors_of_the_bureau(self):
        layout = self.layout()
        for name, user in self.people().items():
            if name == "supervisor":
                continue
            with self.subTest(name):
                for act in (keep_layout, drop_layout):
                    with self.assertRaises(PermissionDenied):
                        act(layout, by=user)

    def test_a_foreign_organization_is_not_there(self):
        self.assertEqual(
            self.post(self.data([("title", "事项", "20")], organization=self.other_bureau.pk)).status_code, 404
        )
        self.assertEqual(
            self.post(self.data([("title", "事项", "20")], sheet="progress", organization="x")).status_code, 404
        )

    def test_constraints(self):
        self.layout(is_standard=True)
        for values, message in (
            ({"columns": []}, "版式至少要有一列。"),
            ({"name": ""}, "请填写版式名称。"),
            ({"sheet": "diary", "name": "别的"}, "表格只能是"),
            ({"name": "另一种", "is_standard": True}, "已有标准版式"),
        ):
            wrong = SheetLayout(
                **{"organization": self.bureau, "sheet": "progress", "name": "新", "columns": [1]} | values
            )
            with self.subTest(message):
                with self.assertRaisesMessage(ValidationError, message):
                    wrong.validate_constraints()
                with self.assertRaises(IntegrityError), transaction.atomic():
                    wrong.save()


class ExportTest(LayoutCase):
    """The sheet as the bureau wants it."""

    def test_columns_order_headings_widths_and_title(self):
        layout = self.layout(title="【单位】【填报期】《【计划】》")
        book = self.book(sheet="progress", layout=layout.pk)
        sheet = book.active
        self.assertEqual([cell.value for cell in sheet[head_of(sheet)]], ["事项", "编号", "进展%", "事项系统编号"])
        self.assertEqual(sheet["A1"].value, f"虹口区教育局2024年1-10月《{self.plan.title}》")
        widths = {letter: dimension.width for letter, dimension in sheet.column_dimensions.items()}
        self.assertEqual((widths["A"], widths["B"], widths["C"]), (20, 6, 9.5))
        self.assertTrue(sheet.column_dimensions["D"].hidden)
        [rule] = sheet.conditional_formatting
        self.assertTrue(str(rule.sqref).startswith("C"))
        self.assertEqual([row["进展%"] for row in self.rows(book)], [0.405, "未填", 1, 0.6])

    def test_one_column_is_enough(self):
        layout = self.layout(columns=[column("progress", "进展", 4.0)])
        self.assertEqual(self.rows(self.book(sheet="progress", layout=layout.pk))[3]["进展"], "推进顺利。")

    def test_the_standard_is_used_unless_another_is_asked_for(self):
        layout = self.layout(is_standard=True)
        self.assertEqual(next(iter(self.rows(self.book(sheet="progress"))[0])), "事项")
        self.assertEqual(next(iter(self.rows(self.book(sheet="progress", layout="own"))[0])), "序号")
        self.client.force_login(self.reporter)
        page = self.client.get(reverse("sheets:export_options", args=["plan"]), {"of": self.plan.pk})
        self.assertContains(page, f"{layout}（标准版式）")
        name = self.get(sheet="progress").headers["Content-Disposition"]
        self.assertIn("%E6%8A%A5%E5%8C%BA%E6%94%BF%E5%BA%9C", name)  # 报区政府

    def test_a_layout_of_another_sheet_or_bureau_is_refused(self):
        of_ledger = self.layout(sheet="ledger", columns=[column("urged", "催办")])
        foreign = SheetLayout.objects.create(
            organization=self.other_bureau, sheet="progress", name="静安", columns=[column("title", "事项")]
        )
        for layout in (of_ledger, foreign):
            self.assertEqual(self.get(sheet="progress", layout=layout.pk).status_code, 302)

    def test_columns_that_are_no_more_are_passed_over(self):
        layout = self.layout(columns=[column("score", "得分"), column("title", "事项")])
        self.assertEqual(list(self.rows(self.book(sheet="progress", layout=layout.pk))[0]), ["事项", "事项系统编号"])

    def test_every_further_column_has_something_to_say(self):
        for kind, sheet in SHEETS.items():
            layout = self.layout(
                sheet=kind, name="全部", columns=[column(c.name, c.heading) for c in sheet.every_column.values()]
            )
            rows = self.rows(self.book(sheet=kind, layout=layout.pk))
            with self.subTest(kind):
                silent = [heading for heading in rows[0] if not any(row[heading] is not None for row in rows)]
                self.assertLessEqual(set(silent), {"备注", "说明", "牵头科室", "下一步工作措施"})

    def test_a_rearranged_sheet_is_still_read_as_the_plan(self):
        names = ("support_offices", "body", "deadline", "title", "number", "offices")
        every = SHEETS["progress"].every_column
        layout = self.layout(columns=[column(name, every[name].heading, 15.0) for name in names])
        response = self.get(sheet="progress", layout=layout.pk)
        (back,) = parse_under_limits("推进情况表.xlsx", response.content)
        stored = [(item.number, item.title, item.body) for item in self.plan.items.order_by("position")]
        self.assertEqual([(item.number, item.title, item.body) for item in back.items], stored)

    def test_widths_are_kept_as_typed(self):
        self.post(self.data([("title", "事项", "12.5")]))
        self.assertEqual(Decimal(str(SheetLayout.objects.get().columns[0]["width"])), Decimal("12.5"))
