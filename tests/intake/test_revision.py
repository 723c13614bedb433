"""A revised document over its plan: which item is which, and that reports and history stay where they belong."""

from django.db import transaction
from django.test import SimpleTestCase

from importer.drafts.drafts import ItemDraft
from importer.drafts.revision import Fate, NewItem, OldItem, compare, titles_alike
from intake import keeping
from intake.confirming import confirm
from tests.base import NOW, CastTestCase
from tracking.models import Report
from workplans.models import Assignment, Item, Office, Plan, SourceDocument

FIRST = """虹口区教育局2024年工作要点

一、落实立德树人根本任务
1.加强德育工作。深化思政课改革创新，建好班主任工作室。（责任科室：德育科）
2.加强体育工作。开展阳光体育大联赛，落实每天一小时。（责任科室：计财科）
二、深化教育改革
3.做好招生工作。落实义务教育免试就近入学。（责任科室：计财科、德育科）
"""
SECOND = """虹口区教育局2024年工作要点（修订）

一、落实立德树人根本任务
1.加强德育工作。深化思政课改革创新，建好十个班主任工作室。（责任科室：德育科）
2.推进教育督导。建立责任督学制度。（责任科室：督导室）
二、深化教育改革
3.做好招生入学工作。落实义务教育免试就近入学。（牵头科室：德育科，配合科室：计财科）
"""


def values(number, title, body):
    """The fields of an item that a document fills, the others blank."""
    return ItemDraft(number, title, body=body).values()


class CompareTest(SimpleTestCase):
    """Pure matching."""

    def fates(self, old, new, chosen=None):
        """Return (old number, new number, fate)."""
        olds = [OldItem(values(*row), pk=n) for n, row in enumerate(old, start=1)]
        news = [NewItem(values(*row), index=n, key=f"{row[0]}|{row[1]}") for n, row in enumerate(new)]
        return [(p.old and p.old.number, p.new and p.new.number, p.fate) for p in compare(olds, news, chosen)]

    def test_the_four_fates(self):
        old = [
            ("1", "加强德育工作", "深化思政课改革。"),
            ("2", "加强体育工作", "开展大联赛。"),
            ("3", "做好招生工作", ""),
        ]
        new = [("1", "加强德育工作", "深化思政课改革创新。"), ("2", "做好招生工作", ""), ("3", "推进教育数字化", "")]
        self.assertEqual(
            self.fates(old, new),
            [("1", "1", Fate.CHANGED), ("3", "2", Fate.CHANGED), (None, "3", Fate.ADDED), ("2", None, Fate.REMOVED)],
        )

    def test_nothing_changed(self):
        rows = [("1", "加强德育工作", "深化。"), ("2", "加强体育工作", "")]
        self.assertEqual({fate for *_, fate in self.fates(rows, rows)}, {Fate.UNCHANGED})

    def test_the_same_number_is_not_enough(self):
        fates = self.fates([("1", "加强德育工作", "")], [("1", "保障教育经费投入", "")])
        self.assertEqual([fate for *_, fate in fates], [Fate.ADDED, Fate.REMOVED])

    def test_a_choice_by_hand_wins(self):
        old, new = [("1", "加强德育工作", ""), ("2", "保障经费", "")], [("1", "加强德育工作", "")]
        self.assertEqual(self.fates(old, new, {"1|加强德育工作": 2})[0], ("2", "1", Fate.CHANGED))
        self.assertEqual(self.fates(old, new, {"1|加强德育工作": 0})[0], (None, "1", Fate.ADDED))

    def test_numbers_that_repeat(self):
        rows = [("1", "加强管理", "甲。"), ("1", "加强管理", "乙。")]
        self.assertEqual(self.fates(rows, rows), [("1", "1", Fate.UNCHANGED)] * 2)

    def test_titles(self):
        self.assertTrue(titles_alike("虹口区教育局2024年工作要点", "虹口区教育局2024年工作要点（修订）"))
        self.assertFalse(titles_alike("虹口区教育局2024年工作要点", "校园安全专项整治方案"))


class ReviseTest(CastTestCase):
    """Over the database."""

    def take(self, text, name="要点.txt"):
        """Upload a document."""
        return keeping.take_in(self.bureau, name, text.encode(), by=self.supervisor, now=NOW).drafts[0]

    def confirm(self, draft):
        """Confirm a draft."""
        draft.refresh_from_db()
        return confirm(draft, seen_version=draft.version, by=self.supervisor, now=NOW)

    def revise(self, text, plan, name="修订稿.txt"):
        """Upload a document and confirm it over a plan."""
        draft = self.take(text, name)
        keeping.change(draft, "set_revised", {"plan": plan.pk}, seen_version=1, by=self.supervisor, now=NOW)
        return self.confirm(draft)

    def setUp(self):
        self.period = self.make_period()
        self.plan = self.confirm(self.take(FIRST)).plan
        self.moral_work, self.sport, self.entry = self.plan.items.all()
        Report.objects.filter(item=self.sport).update(progress="已办联赛。", saved_at=NOW)

    def test_a_report_nobody_has_begun_goes_to_the_office_the_revision_names(self):
        given = SECOND.replace(
            "建好十个班主任工作室。（责任科室：德育科）", "建好十个班主任工作室。（责任科室：计财科）"
        )
        for contents, office in (({}, self.finance), ({"progress": "已部署。", "saved_at": NOW}, self.moral)):
            with self.subTest(contents), transaction.atomic():
                Report.objects.filter(item=self.moral_work).update(**contents)
                self.assertEqual(Report.objects.get(item=self.moral_work).office, self.moral)
                self.revise(given, self.plan)
                self.moral_work.refresh_from_db()
                self.assertEqual(self.moral_work.reporting_office, self.finance)
                self.assertEqual(Report.objects.get(item=self.moral_work).office, office)
                transaction.set_rollback(True)

    def test_reports_stay_with_their_items(self):
        reports = dict(Report.objects.values_list("item_id", "pk"))
        loaded = self.revise(SECOND, self.plan)
        self.assertEqual(loaded.plan.pk, self.plan.pk)
        items = list(self.plan.items.all())
        self.assertEqual(
            [(i.number, i.title, i.status) for i in items],
            [
                ("1", "加强德育工作", "active"), ("2", "加强体育工作", "cancelled"), ("2", "推进教育督导", "active"),
                ("3", "做好招生入学工作", "active"),
            ],
        )  # fmt: skip
        self.assertEqual([items[0].pk, items[1].pk, items[3].pk], [self.moral_work.pk, self.sport.pk, self.entry.pk])
        self.assertEqual([i.position for i in items], [1, 2, 3, 4])
        for item_id, report in reports.items():
            self.assertEqual(Report.objects.get(pk=report).item_id, item_id)
        self.assertEqual(Report.objects.get(item=self.sport).progress, "已办联赛。")
        self.assertTrue(Report.objects.filter(item=items[2], period=self.period).exists())

    def test_offices_sections_source_and_history(self):
        self.revise(SECOND, self.plan)
        self.plan.refresh_from_db()
        self.assertEqual((self.plan.title, self.plan.source.name), ("虹口区教育局2024年工作要点（修订）", "修订稿.txt"))
        roles = dict(self.entry.assignments.values_list("office__name", "role"))
        self.assertEqual(roles, {"德育科": "lead", "计财科": "support"})
        self.assertTrue(Office.objects.filter(organization=self.bureau, name="督导室").exists())
        self.assertEqual(self.plan.sections.count(), 2)
        reasons = {item.title: item.history.first().history_change_reason for item in self.plan.items.all()}
        self.assertEqual(set(reasons.values()), {"修订：修订稿.txt"})
        self.assertEqual(self.moral_work.history.count(), 2)
        self.assertEqual(self.moral_work.history.first().history_origin, "import")

    def test_back_to_the_first_version_and_forth_again(self):
        self.revise(SECOND, self.plan)
        self.revise(FIRST, self.plan, "要点.txt")
        self.sport.refresh_from_db()
        self.assertEqual(self.sport.status, Item.Status.ACTIVE)
        self.assertEqual(self.plan.items.get(title="推进教育督导").status, Item.Status.CANCELLED)
        self.assertEqual(SourceDocument.objects.filter(organization=self.bureau).count(), 2)
        self.revise(SECOND, self.plan)
        self.assertEqual(self.plan.items.count(), 4)
        self.assertEqual(sorted(self.plan.items.values_list("position", flat=True)), [1, 2, 3, 4])

    def test_a_revision_without_offices_keeps_those_there_are(self):
        self.revise(FIRST.replace("（责任科室：计财科）", ""), self.plan)
        self.assertEqual(Assignment.objects.get(item=self.sport).office, self.finance)

    def test_what_did_not_change_leaves_no_history(self):
        before = self.entry.history.count()
        self.revise(FIRST.replace("建好班主任", "建好名班主任"), self.plan)
        self.assertEqual(self.entry.history.count(), before)
        self.assertEqual(self.moral_work.history.count(), 2)

    def test_a_done_item_stays_done(self):
        Item.objects.filter(pk=self.sport.pk).update(status=Item.Status.DONE)
        self.revise(SECOND, self.plan)
        self.sport.refresh_from_db()
        self.assertEqual(self.sport.status, Item.Status.DONE)

    def test_the_page_shows_what_changes_and_takes_choices(self):
        draft = self.take(SECOND)
        self.client.force_login(self.supervisor)
        path = f"/imports/{draft.pk}/revision/"
        self.client.post(path, {"plan": self.plan.pk, "seen_version": 1})
        page = self.client.get(path)
        self.assertContains(page, "建好<ins>十个</ins>班主任")
        self.assertContains(page, "修订稿中没有这个事项")
        self.client.post(path, {"key": "2|推进教育督导", "old": self.sport.pk, "seen_version": 2})
        self.assertNotContains(self.client.get(path), "修订稿中没有这个事项")
        self.assertContains(self.client.get(f"{path}?match=1"), "没有对应，是新增的")
        self.assertContains(self.client.get(f"/imports/{draft.pk}/confirm/"), "修改 3 项")

    def test_what_changes_stands_first(self):
        draft = self.take(SECOND.replace("十个", ""))  # the first item stays as it was
        self.client.force_login(self.supervisor)
        path = f"/imports/{draft.pk}/revision/"
        self.client.post(path, {"plan": self.plan.pk, "seen_version": 1})
        rows = self.client.get(path).context["rows"]
        self.assertEqual([row["fate"] for row in rows], ["changed", "added", "removed", "unchanged"])

    def test_only_an_item_of_the_plan_revised_can_be_chosen(self):
        draft = self.take(SECOND)
        self.client.force_login(self.supervisor)
        path = f"/imports/{draft.pk}/revision/"
        self.client.post(path, {"plan": self.plan.pk, "seen_version": 1})
        foreign = self.make_item(self.make_plan())
        for old in (foreign.pk, 987654321, "9" * 30, "-1", "１", "", "x"):
            with self.subTest(old=old):
                page = self.client.post(path, {"key": "2|推进教育督导", "old": old, "seen_version": 2}, follow=True)
                self.assertContains(page, "请选择列出的计划或事项。")
                draft.refresh_from_db()
                self.assertEqual((draft.proof["matches"], draft.version), ({}, 2))

    def test_the_same_bytes_are_known_again(self):
        self.assertEqual(
            keeping.take_in(self.bureau, "x.txt", FIRST.encode(), by=self.supervisor, now=NOW).source, self.plan.source
        )

    def test_a_plan_of_another_bureau_cannot_be_revised(self):
        foreign = Plan.objects.create(
            organization=self.other_bureau, title="静安", year=2024, start_on="2024-01-01", end_on="2024-12-31"
        )
        draft = self.take(SECOND)
        self.client.force_login(self.supervisor)
        self.client.post(f"/imports/{draft.pk}/revision/", {"plan": foreign.pk, "seen_version": 1})
        draft.refresh_from_db()
        self.assertIsNone(keeping.proof_of(draft).revises)
