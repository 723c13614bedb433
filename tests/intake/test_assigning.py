"""责任科室 of many items of a document on its way in."""

import json

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake import keeping
from intake.assigning import keyed
from tests.base import NOW, CastTestCase
from workplans.models import ImportDraft, Office

PLAN = """虹口区教育局2025年工作要点
一、立德树人
1.推进思政课建设。大中小学一体化。
2.校舍修缮。暑期完成二十个项目。
责任科室：德育
3.新增学位。新增学位900个。
"""


class DraftOfficesTest(CastTestCase):
    """The page of a draft."""

    def setUp(self):
        self.client.force_login(self.supervisor)
        taken = keeping.take_in(self.bureau, "要点.txt", PLAN.encode(), by=self.supervisor, now=NOW)
        self.draft = taken.drafts[0]
        self.url = reverse("intake:import_offices", args=[self.draft.pk])

    def items(self):
        """The items of the draft as stored: title → offices, leads."""
        draft = keeping.proof_of(ImportDraft.objects.get(pk=self.draft.pk)).draft
        return {item.number: (item.offices, item.lead_offices, item.support_offices) for item in draft.items}

    def form(self, do="save", **more):
        data = {"do": do, **more}
        for row in self.client.get(self.url).context["table"].rows:
            data[f"seen-{row.key}"] = data[f"set-{row.key}"] = row.seen_json
        return data

    def keys(self):
        proof = keeping.proof_of(ImportDraft.objects.get(pk=self.draft.pk))
        return {item.number: key for key, (_place, _section, item) in keyed(proof).items()}

    def test_a_name_of_the_document_stands_in_the_column_of_its_office(self):
        table = self.client.get(self.url).context["table"]
        self.assertEqual([column.name for column in table.columns], ["办公室", "德育科", "计财科"])
        self.assertEqual([row.offices for row in table.rows], [(), (("德育科", "responsible"),), ()])
        self.assertContains(self.client.get(reverse("intake:import_page", args=[self.draft.pk])), self.url)

    def test_several_items_at_once_are_one_step_that_can_be_taken_back(self):
        keys = self.keys()
        self.client.post(self.url, self.form("apply", office="计财科", role="lead", tick=list(keys.values())))
        self.assertEqual(self.items()["1"], (["计财科"], ["计财科"], []))
        self.assertEqual(self.items()["2"], (["计财科", "德育"], ["计财科"], []))
        stored = ImportDraft.objects.get(pk=self.draft.pk)
        keeping.undo(stored, seen_version=stored.version, by=self.supervisor, now=NOW)
        self.assertEqual([offices for offices, _l, _s in self.items().values()], [[], ["德育"], []])

    def test_a_new_office_is_named_and_made_with_the_plan(self):
        keys = self.keys()
        self.client.post(self.url, self.form("apply_new", new_office="基建科", role="lead", tick=[keys["3"]]))
        self.assertEqual(self.items()["3"], (["基建科"], ["基建科"], []))
        self.assertFalse(Office.objects.filter(name="基建科").exists())
        self.assertIn("基建科", [column.name for column in self.client.get(self.url).context["table"].columns])

    def test_corrections_made_elsewhere_meanwhile_disturb_only_their_own_rows(self):
        data, keys = self.form(), self.keys()
        data[f"set-{keys['3']}"] = json.dumps([["计财科", "lead"]])
        stored = ImportDraft.objects.get(pk=self.draft.pk)
        values = {"item": 1, "to": "up"}
        keeping.change(stored, "move_item", values, seen_version=stored.version, by=self.supervisor, now=NOW)
        self.assertEqual(self.client.post(self.url, data).status_code, 302)
        self.assertEqual(
            {n: offices for n, (offices, *_rest) in self.items().items()}, {"1": [], "2": ["德育"], "3": ["计财科"]}
        )

    def test_an_item_changed_elsewhere_shows_both(self):
        data, keys = self.form(), self.keys()
        data[f"set-{keys['1']}"] = json.dumps([["计财科", "lead"]])
        stored = ImportDraft.objects.get(pk=self.draft.pk)
        values = {"item": 0, "offices": [("德育科", "lead")]}
        keeping.change(stored, "set_offices", values, seen_version=stored.version, by=self.supervisor, now=NOW)
        page = self.client.post(self.url, data)
        self.assertContains(page, "他人已保存：牵头 德育科", status_code=409)
        self.assertEqual(self.items()["1"][0], ["德育科"])

    def test_a_draft_already_stored_leads_back(self):
        ImportDraft.objects.filter(pk=self.draft.pk).update(dropped_at=NOW)
        self.assertRedirects(self.client.get(self.url), reverse("intake:import_page", args=[self.draft.pk]))

    def test_as_many_queries_for_two_items_as_for_forty(self):
        many = "虹口区教育局2025年重点工作\n一、任务\n" + "".join(
            f"{n}.校舍修缮第{n}批。暑期完成。\n" for n in range(1, 41)
        )
        other = keeping.take_in(self.bureau, "重点.txt", many.encode(), by=self.supervisor, now=NOW).drafts[0]
        self.client.get(self.url)
        counts = []
        for draft in (self.draft, other):
            with self.subTest(draft.pk):
                with CaptureQueriesContext(connection) as queries:
                    self.client.get(reverse("intake:import_offices", args=[draft.pk]))
                counts.append(len(queries))
        self.assertEqual(*counts)
