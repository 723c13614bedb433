"""Quantified targets as rows: stored with the plan, corrected in the admin, shown with the item, kept apart by bureau."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from importer.drafts.checked_draft import Proof
from importer.parse import parse_document
from intake.revising import revise
from tests.base import NOW, CastTestCase
from workplans.lifecycle import carry_over
from workplans.loading import Upload, load_plan
from workplans.models import Plan, Target

TEXT = """东湖区教育局2024年工作要点
一、体育工作
1.开放场地。推动80%以上的场地开放，每周开放不低于20小时，开设1—2个新项目。（责任科室：德育科）
2.加强宣传。广泛宣传。（责任科室：德育科）
"""


class TargetTest(CastTestCase):
    """From the document to the pages."""

    def load(self, text=TEXT):
        """Store a document as a plan of the cast's bureau."""
        (draft,) = parse_document("要点.txt", text.encode())
        upload = Upload("要点.txt", text.encode(), text, "utf-8")
        return load_plan(draft, upload, now=NOW, organization_name=self.bureau.name, by=self.supervisor).plan

    def words(self, item):
        """Return an item's targets in words."""
        return [str(target) for target in item.targets.all()]

    def test_a_plans_targets_are_stored(self):
        first, second = self.load().items.order_by("position")
        self.assertEqual(self.words(first), ["不低于80%", "不低于20小时", "1—2个"])
        self.assertEqual([t.position for t in first.targets.all()], [1, 2, 3])
        self.assertEqual(first.targets.first().text, "推动80%以上的场地开放")
        self.assertEqual(self.words(second), [])

    def test_the_item_page_lists_them(self):
        item = self.load().items.first()
        self.client.force_login(self.reporter)
        page = self.client.get(reverse("boards:item_page", args=[item.pk]))
        self.assertContains(page, "数量目标")
        self.assertContains(page, "<b>不低于20小时</b>")
        other = self.client.get(reverse("boards:item_page", args=[item.plan.items.last().pk]))
        self.assertNotContains(other, "数量目标")

    def test_the_supervisor_corrects_one_and_nobody_else(self):
        item = self.load().items.first()
        target = item.targets.first()
        url = reverse("admin:workplans_item_change", args=[item.pk])
        for user, expected in ((self.reporter, "80%"), (self.leader, "80%"), (self.supervisor, "85%")):
            self.client.force_login(user)
            self.client.post(url, self.form(item, target, value="85"))
            target.refresh_from_db()
            self.assertEqual(str(target), f"不低于{expected}")

    def form(self, item, target, **changes):
        """Return what the admin's form of an item sends, with one target changed."""
        data = {name: getattr(item, f"{name}_id", None) for name in ("plan", "section", "reporting_office")}
        data |= {"position": item.position, "number": item.number, "title": item.title, "body": item.body, "level2": ""}
        for prefix in ("assignments", "tasks", "targets", "milestones"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        data |= {"targets-TOTAL_FORMS": 1, "targets-INITIAL_FORMS": 1}
        row = {"id": target.pk, "item": item.pk, "position": 1, "text": target.text, "comparison": "at_least",
               "value": "80", "upper": "", "unit": "%"} | changes  # fmt: skip
        return data | {f"targets-0-{name}": value for name, value in row.items()}

    def test_only_a_range_has_an_upper_value(self):
        item = self.load().items.first()
        wrong = (("range", None), ("range", 1), ("equal", 9), ("about", None))
        for comparison, upper in wrong:
            with self.subTest(comparison=comparison, upper=upper):
                target = Target(item=item, comparison=comparison, value=5, upper=upper, unit="所")
                with self.assertRaises(ValidationError):
                    target.full_clean()
                with self.assertRaises(IntegrityError), transaction.atomic():
                    target.save()

    def test_rows_of_another_bureau_are_not_seen(self):
        self.load()
        self.assertEqual(Target.objects.visible_to(self.reporter).count(), 3)
        self.assertEqual(Target.objects.visible_to(self.outsider).count(), 0)

    def test_a_revision_renews_the_targets_of_a_changed_item_alone(self):
        plan = self.load()
        first = plan.items.first()
        first.targets.filter(unit="%").update(value=85)
        for text, expected in (
            (TEXT.replace("广泛宣传", "广泛宣传3次"), ["不低于85%", "不低于20小时", "1—2个"]),
            (TEXT.replace("20小时", "25小时"), ["不低于80%", "不低于25小时", "1—2个"]),
        ):
            (draft,) = parse_document("要点.txt", text.encode())
            upload = Upload("修订.txt", text.encode(), text, "utf-8")
            revise(plan, Proof(draft), upload, by=self.supervisor, now=NOW)
            self.assertEqual(self.words(first), expected)

    def test_an_item_carried_over_keeps_them(self):
        plan = self.load()
        later = Plan.objects.create(
            organization=self.bureau, title="2025年工作要点", year=2025, start_on="2025-01-01", end_on="2025-12-31"
        )
        new = carry_over(plan.items.first(), later, "跨年项目", by=self.supervisor, now=NOW)
        self.assertEqual(self.words(new), ["不低于80%", "不低于20小时", "1—2个"])
        self.assertEqual(plan.items.first().targets.count(), 3)
