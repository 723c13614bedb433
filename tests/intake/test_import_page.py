"""The import page: upload, see, correct, confirm, give up; what cannot be read is said on the page."""

import json
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from importer.files import limits
from intake import keeping
from tests.base import NOW, CastTestCase
from tests.ofd_files import OfdFile, printed
from tracking.models import Period, Report
from workplans.models import ImportDraft, ImportStep, Plan, SourceDocument
from workplans.source_lines import source_lines

SEEDS = Path(settings.BASE_DIR, "seeds")
HONGKOU = (SEEDS / "hongkou-2022-annual-plan.txt").read_bytes()
LETTER = (SEEDS / "changning-2020-progress-feedback.txt").read_bytes()
PLAN = "虹口区教育局{year}年工作要点\n一、落实立德树人根本任务\n{items}"
LIST = "/imports/"


def plan_text(count, year=2024):
    """Return a small plan."""
    items = "".join(f"{n}.推进第{n}项工作。深化改革。建好制度。（责任科室：德育科）\n" for n in range(1, count + 1))
    return PLAN.format(year=year, items=items)


class ImportPageCase(CastTestCase):
    """A supervisor signed in."""

    def setUp(self):
        self.client.force_login(self.supervisor)

    def upload(self, content, name="要点.txt", **data):
        """Post a file."""
        content = content.encode() if isinstance(content, str) else content
        return self.client.post(LIST, {"file": SimpleUploadedFile(name, content)} | data)

    def take(self, content, name="要点.txt"):
        """Upload a file that is read; return its draft."""
        response = self.upload(content, name)
        self.assertEqual(response.status_code, 302, response.content.decode()[-4000:])
        return ImportDraft.objects.latest("pk")

    def fix(self, draft, action, **values):
        """Post a correction as the page does."""
        draft.refresh_from_db()
        data = {"action": action, "seen_version": draft.version} | values
        return self.client.post(f"{LIST}{draft.pk}/correct/", data)

    def proof(self, draft):
        """Return the draft as stored."""
        draft.refresh_from_db()
        return keeping.proof_of(draft)


class UploadTest(ImportPageCase):
    """What comes in."""

    def test_nothing_is_stored_but_a_draft(self):
        draft = self.take(HONGKOU, "虹口.txt")
        self.assertEqual((Plan.objects.count(), SourceDocument.objects.count()), (0, 0))
        self.assertEqual(bytes(draft.content), HONGKOU)
        self.assertContains(self.client.get(LIST), "虹口区教育局2022年工作要点")

    def test_a_draft_survives_signing_out(self):
        draft = self.take(plan_text(2))
        self.fix(draft, "edit_item", item=0, title="改过的标题", number="1")
        self.client.logout()
        self.client.force_login(self.supervisor)
        self.assertContains(self.client.get(f"{LIST}{draft.pk}/"), "改过的标题")

    def test_pasted_text(self):
        response = self.client.post(LIST, {"pasted": plan_text(2).replace("\n", "\r\n")})
        draft = ImportDraft.objects.get()
        self.assertRedirects(response, f"{LIST}{draft.pk}/")
        self.assertEqual(len(self.proof(draft).draft.items), 2)
        self.assertEqual(draft.name, "虹口区教育局2024年工作要点.txt")

    def test_the_same_file_twice_is_one_draft_and_then_one_plan(self):
        draft = self.take(plan_text(2))
        self.assertRedirects(self.upload(plan_text(2)), f"{LIST}{draft.pk}/")
        self.assertEqual(ImportDraft.objects.count(), 1)
        self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": 1})
        plan = Plan.objects.get()
        response = self.client.post(LIST, {"file": SimpleUploadedFile("x.txt", plan_text(2).encode())}, follow=True)
        self.assertRedirects(response, f"/plans/{plan.pk}/")
        self.assertContains(response, "这份文件已经导入过")

    def test_refusals_are_sentences_on_the_page(self):
        for name, content, sentence in (
            ("空.txt", b"", "空"),
            ("图.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, ""),
            ("坏.docx", b"PK\x03\x04" + b"x" * 40, ""),
            ("什么.exe", b"MZ" + b"\0" * 60, ""),
        ):
            with self.subTest(file=name):
                response = self.upload(content, name)
                self.assertContains(response, "notice bad")
                self.assertContains(response, sentence)
        self.assertContains(self.client.post(LIST, {}), "请选择一个文件，或者粘贴文本。")
        self.assertEqual(ImportDraft.objects.count(), 0)

    def test_what_is_too_large_is_not_taken_in(self):
        response = self.upload(b"x" * (limits.MAX_BYTES + 70_000))
        self.assertContains(response, f"文件超过 {limits.MAX_BYTES >> 20} MB")

    def test_a_document_without_items_is_shown_and_can_be_mended(self):
        draft = self.take("虹口区教育局2024年工作要点\n\n没有编号的文字。\n")
        page = self.client.get(f"{LIST}{draft.pk}/")
        self.assertEqual(page.status_code, 200)

    def test_several_documents_in_one_file(self):
        both = f"{plan_text(3)}\n\n虹口区教育局2025年工作要点\n一、落实立德树人根本任务\n1.推进甲。（责任科室：德育科）\n2.推进乙。\n"
        self.upload(both)
        drafts = list(ImportDraft.objects.order_by("position"))
        self.assertEqual([d.position for d in drafts], list(range(1, len(drafts) + 1)))
        if len(drafts) == 2:
            for draft in drafts:
                self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": 1})
            self.assertEqual(set(Plan.objects.values_list("year", flat=True)), {2024, 2025})
            item = Plan.objects.get(year=2025).items.first()
            self.assertIn("推进甲", next(line.text for line in source_lines(item).lines if line.is_own))

    def test_nobody_else_gets_in(self):
        for person, status in ((self.reporter, 403), (self.leader, 403), (self.outsider, 200)):
            self.client.force_login(person)
            self.assertEqual(self.client.get(LIST).status_code, status)


class FormsTest(ImportPageCase):
    """Forms of file that are not what an office program writes, all the way from the page to a plan."""

    def test_an_ofd_and_a_web_page_named_xls_are_checked_beside_the_document_and_confirmed(self):
        paragraphs = [
            "虹口区教育局2024年工作要点",
            "一、落实立德树人根本任务",
            *(f"{n}.推进第{n}项工作。深化改革。（责任科室：德育科）" for n in (1, 2)),
        ]
        rows = "".join(f"<tr><td>{n}<td>推进第{n}项任务<td>德育科<td>2024年9月底前</tr>" for n in (1, 2, 3))
        page = f"<table><tr><td colspan=4>虹口区教育局2024年工作任务清单</tr><tr><td>序号<td>工作任务<td>责任科室<td>完成时限</tr>{rows}</table>"
        files = {
            "要点.ofd": (OfdFile(printed(paragraphs), is_signed=True).bytes(), 2),
            "清单.xls": (page.encode("gb18030"), 3),
        }
        for name, (content, count) in files.items():
            with self.subTest(name):
                draft = self.take(content, name)
                shown = self.client.get(f"{LIST}{draft.pk}/")
                self.assertContains(shown, "推进第2项")
                if name.endswith(".ofd"):
                    self.assertContains(shown, "已签章")
                draft.refresh_from_db()
                self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": draft.version}, follow=True)
                plan = Plan.objects.latest("pk")
                self.assertEqual(plan.items.count(), count)
                self.assertEqual(bytes(SourceDocument.objects.latest("pk").content), content)


class CorrectTest(ImportPageCase):
    """Corrections by their forms."""

    def setUp(self):
        super().setUp()
        self.draft = self.take(plan_text(3))

    def test_every_panel_opens(self):
        for place in ("plan", "offices", "section-0", "new-0", "item-0", "item-2", "line-1", "line-3", "nonsense-9"):
            with self.subTest(open=place):
                self.assertEqual(self.client.get(f"{LIST}{self.draft.pk}/?open={place}").status_code, 200)

    def test_offices_with_roles(self):
        self.fix(
            self.draft, "set_offices", item=1, office=["计财科", "德育", ""], role=["lead", "support", "responsible"]
        )
        item = self.proof(self.draft).draft.items[1]
        self.assertEqual(
            (item.offices, item.lead_offices, item.support_offices), (["计财科", "德育"], ["计财科"], ["德育"])
        )

    def test_words_and_offices_are_saved_together(self):
        rows = {"office": ["计财科"], "role": ["lead"]}
        self.fix(self.draft, "edit_item", item=1, number="2", title="甲", body="乙。", **rows)
        item = self.proof(self.draft).draft.items[1]
        self.assertEqual((item.title, item.offices, item.lead_offices), ("甲", ["计财科"], ["计财科"]))
        self.fix(self.draft, "edit_item", item=1, number="2", title="丙", body="乙。")
        self.assertEqual(self.proof(self.draft).draft.items[1].offices, ["计财科"])

    def test_targets_are_corrected(self):
        rows = {
            "target_comparison": ["at_least", "range", "equal"],
            "target_value": ["８0", "1", ""],
            "target_upper": ["", "2", ""],
        }
        rows |= {"target_unit": ["%", "个", ""], "target_text": ["80%以上", "", ""]}
        self.fix(self.draft, "edit_item", item=1, number="2", title="甲", **rows)
        targets = self.proof(self.draft).draft.items[1].targets
        self.assertEqual(
            [(t.comparison.value, t.value, t.upper, t.unit) for t in targets],
            [("at_least", 80, None, "%"), ("range", 1, 2, "个")],
        )
        self.assertContains(self.client.get(f"{LIST}{self.draft.pk}/"), "不低于80%")
        response = self.fix(
            self.draft,
            "edit_item",
            item=1,
            number="2",
            title="甲",
            open="item-1",
            **rows | {"target_value": ["八", "", ""]},
        )
        self.assertContains(response, "数量目标的数值请写数字")

    def test_moves_merges_splits(self):
        self.fix(self.draft, "split_item", item=0, at=1)
        self.fix(self.draft, "merge_up", item=3)
        self.fix(self.draft, "move_item", item=2, to="up")
        titles = [item.title for item in self.proof(self.draft).draft.items]
        self.assertEqual(titles, ["推进第1项工作", "推进第2项工作", "建好制度"])

    def test_what_is_wrong_is_said_where_it_was_typed(self):
        response = self.fix(self.draft, "edit_item", item=0, title="", deadline="年底", open="item-0")
        self.assertContains(response, "请填写标题。")
        self.assertContains(response, "请写成 2024-12-31 这样的日期。")
        self.assertContains(self.fix(self.draft, "split_item", item=0, open="item-0"), "请选择从哪一句起另立一项。")
        self.assertEqual(self.fix(self.draft, "no_such_thing").status_code, 404)

    def test_undo_twenty_times(self):
        before = self.proof(self.draft)
        for n in range(22):
            self.fix(self.draft, "edit_section", section=0, ordinal="一", title=f"标题{n}", text="")
        self.assertContains(self.client.get(f"{LIST}{self.draft.pk}/"), "撤销：修改板块")
        for _ in range(22):
            self.draft.refresh_from_db()
            self.client.post(f"{LIST}{self.draft.pk}/undo/", {"seen_version": self.draft.version})
        self.assertEqual(self.proof(self.draft), before)
        self.assertEqual(ImportStep.objects.count(), 0)

    def test_who_saw_an_older_version_changes_nothing(self):
        self.fix(self.draft, "edit_item", item=0, title="甲", number="1")
        data = {"action": "edit_item", "seen_version": 1, "item": 0, "title": "乙", "number": "1"}
        response = self.client.post(f"{LIST}{self.draft.pk}/correct/", data, follow=True)
        self.assertContains(response, keeping.CHANGED_ELSEWHERE)
        self.assertEqual(self.proof(self.draft).draft.items[0].title, "甲")

    def test_a_new_name_becomes_an_alias_for_good(self):
        draft = self.take(plan_text(1, 2025).replace("德育科", "德育处"), "另一份.txt")
        self.assertContains(self.client.get(f"{LIST}{draft.pk}/"), "1 个科室名称第一次出现")
        self.fix(draft, "alias_office", name="德育处", office="德育科")
        self.assertNotContains(self.client.get(f"{LIST}{draft.pk}/"), "第一次出现")
        self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": 2})
        self.moral.refresh_from_db()
        self.assertIn("德育处", self.moral.aliases)
        self.assertEqual(Plan.objects.get().items.get().reporting_office, self.moral)

    def test_another_bureaus_draft_is_not_there(self):
        self.client.force_login(self.outsider)
        for path in ("", "correct/", "undo/", "drop/", "file/", "confirm/", "revision/"):
            method = self.client.post if path in ("correct/", "undo/") else self.client.get
            self.assertEqual(method(f"{LIST}{self.draft.pk}/{path}").status_code, 404, path)
        self.assertNotContains(self.client.get(LIST), "虹口区教育局2024年工作要点")

    def test_queries_do_not_grow_with_the_document(self):
        def count(draft, query=""):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(f"{LIST}{draft.pk}/{query}")
            return len(queries)

        small, large = self.take(plan_text(2, 2026), "2.txt"), self.take(plan_text(40, 2027), "40.txt")
        count(small)
        self.assertEqual(count(small), count(large))
        self.assertLessEqual(count(large, "?open=item-3"), 14)

    def test_a_long_document_comes_in_pages(self):
        draft = self.take(plan_text(2000, 2028), "long.txt")
        first = self.client.get(f"{LIST}{draft.pk}/")
        self.assertContains(first, "共 9 页")
        self.assertNotContains(first, 'id="item-1500"')
        self.assertContains(self.client.get(f"{LIST}{draft.pk}/?open=item-1500"), 'name="office"')
        response = self.fix(draft, "move_item", item=1500, to="up", anchor="item-1499")
        self.assertRedirects(response, f"{LIST}{draft.pk}/?page=7#item-1499", fetch_redirect_response=False)

    def test_a_page_for_forty_items_stays_light(self):
        draft = self.take(HONGKOU, "虹口.txt")
        self.assertLess(len(self.client.get(f"{LIST}{draft.pk}/").content), 260_000)


class ConfirmTest(ImportPageCase):
    """The last step."""

    def test_confirm_stores_the_plan_as_corrected(self):
        period = self.make_period()
        draft = self.take(plan_text(2))
        self.fix(draft, "edit_item", item=1, title="改过的标题", number="2", body="正文。", deadline="2024-09-30")
        self.assertContains(self.client.get(f"{LIST}{draft.pk}/confirm/"), "2</b> 个工作事项")
        response = self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": 2})
        plan = Plan.objects.get()
        self.assertRedirects(response, f"/plans/{plan.pk}/", fetch_redirect_response=False)
        self.assertEqual(plan.items.last().title, "改过的标题")
        self.assertEqual(Report.objects.filter(period=period).count(), 2)
        self.assertEqual(plan.items.last().history.first().history_origin, "import")
        draft.refresh_from_db()
        self.assertEqual((draft.source, bool(draft.confirmed_at)), (plan.source, True))
        self.assertContains(self.client.get(f"{LIST}{draft.pk}/"), "确认导入，这里保留")
        self.fix(draft, "edit_item", item=0, title="太晚了", number="1")
        self.assertNotIn("太晚了", json.dumps(self.proof(draft).to_dict(), ensure_ascii=False))

    def test_a_title_already_there_is_refused_with_a_way_out(self):
        self.make_plan(title="虹口区教育局2024年工作要点")
        draft = self.take(plan_text(2))
        page = self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": 1})
        self.assertContains(page, "但不是同一份文件")
        self.assertContains(page, "按修订稿对照")
        self.assertEqual(Plan.objects.count(), 1)
        draft.refresh_from_db()
        self.assertTrue(draft.is_open())

    def test_giving_up_asks_first(self):
        draft = self.take(plan_text(2))
        self.assertContains(self.client.get(f"{LIST}{draft.pk}/drop/"), "放弃这份草稿？")
        self.client.post(f"{LIST}{draft.pk}/drop/", {"seen_version": 1})
        draft.refresh_from_db()
        self.assertTrue(draft.dropped_at)
        self.assertNotEqual(self.take(plan_text(2)).pk, draft.pk)

    def test_a_letter(self):
        draft = self.take(LETTER, "反馈.txt")
        for place in ("", "?open=plan", "?open=project-0", "?open=block-1", "?open=task-2"):
            self.assertEqual(self.client.get(f"{LIST}{draft.pk}/{place}").status_code, 200)
        self.fix(draft, "edit_task", task=0, progress="改过的进展。", open="task-0")
        self.fix(draft, "edit_project", project=0, number="043", title="推进三年行动计划", completion_percent="85")
        self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": 3})
        report = Report.objects.get()
        self.assertEqual(report.completion_percent, 85)
        self.assertIn("改过的进展。", report.task_reports.values_list("progress", flat=True))
        self.assertEqual(Period.objects.get().label, "2020年1-10月")

    def test_the_file_is_kept_and_an_item_knows_its_lines(self):
        draft = self.take(HONGKOU, "虹口.txt")
        self.assertEqual(self.client.get(f"{LIST}{draft.pk}/file/").content, HONGKOU)
        self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": 1})
        item = Plan.objects.get().items.all()[3]
        lines = source_lines(item)
        self.assertEqual([line.number for line in lines.lines], [17, 18, 19, 20, 21])
        [own] = [line for line in lines.lines if line.is_own]
        self.assertTrue(own.text.startswith("4.推进校外教育和劳动教育。"))
        self.assertIsNone(source_lines(self.make_item(self.make_plan())))

    def test_the_time_of_the_confirmation_is_kept(self):
        draft = self.take(plan_text(2))
        self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": 1})
        draft.refresh_from_db()
        self.assertGreater(draft.confirmed_at, NOW)
