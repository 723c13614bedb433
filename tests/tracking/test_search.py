"""搜索 and 跨单位对照."""

from datetime import date

from django.test import SimpleTestCase
from django.urls import reverse

from boards.topics import Likeness, earlier_items, pairs, suggested_predecessors
from tests.boards.pages import PageCase
from tracking.models import TaskReport
from tracking.search.search import LIMIT, excerpt, mark, words_of


class WordsTest(SimpleTestCase):
    """What is asked for, and what is marked."""

    def test_two_characters_suffice_and_one_does_not(self):
        cases = [
            ("双减", ["双减"]),
            (" 心理  编制 心理", ["心理", "编制"]),
            ("双", []),
            ("", []),
            ("STEM", ["stem"]),
            ("心 编", ["心", "编"]),
        ]
        for text, words in cases:
            with self.subTest(text):
                self.assertEqual(words_of(text), words)

    def test_every_hit_is_marked_and_nothing_else_becomes_markup(self):
        self.assertEqual(mark("<b>双减</b>", ["双减"]), "&lt;b&gt;<mark>双减</mark>&lt;/b&gt;")
        self.assertEqual(mark("a+b Stem", ["a+b", "stem"]), "<mark>a+b</mark> <mark>Stem</mark>")
        self.assertEqual(mark("评为Ａ级，第Ⅳ级", ["a级", "iv"]), "评为<mark>Ａ级</mark>，第<mark>Ⅳ</mark>级")
        self.assertEqual(mark("双\u200b减", ["双减"]), "<mark>双\u200b减</mark>")

    def test_an_excerpt_shows_the_surroundings(self):
        text = "甲" * 100 + "双减" + "乙" * 100
        self.assertEqual(excerpt(text, ["双减"]), f"…{'甲' * 36}<mark>双减</mark>{'乙' * 70}…")
        self.assertEqual(excerpt("无", ["双减"]), "")


class SearchPageTest(PageCase):
    """The page."""

    url = reverse("boards:search")

    def test_texts_of_items_reports_and_tasks_are_found_and_grouped_by_item(self):
        self.fill(2)
        first, second = self.plan.items.all()
        first.body = "落实双减。"
        first.save()
        TaskReport.objects.filter(report__item=second).update(difficulties="双减经费不足")
        hits = self.client.get(self.url, {"q": "双减"}).context["result"].hits
        self.assertEqual([(hit.item, hit.found) for hit in hits], [(first, 1), (second, 2)])
        self.assertContains(self.client.get(self.url, {"q": "双减"}), "<mark>双减</mark>")
        self.assertEqual(len(self.client.get(self.url, {"q": "双减 经费"}).context["result"].hits), 1)

    def test_nobody_finds_what_is_not_theirs(self):
        self.fill(2)
        for user, count in ((self.reporter, 2), (self.outsider, 0), (self.nobody, 0), (self.admin, 2)):
            self.client.force_login(user)
            with self.subTest(user=user):
                self.assertEqual(len(self.client.get(self.url, {"q": "编制"}).context["result"].hits), count)

    def test_empty_states(self):
        for asked, told in (({}, "写两个字就可以查"), ({"q": "双"}, "至少写两个字"), ({"q": "没有的"}, "没有找到")):
            with self.subTest(asked):
                self.assertContains(self.client.get(self.url, asked), told)

    def test_items_that_say_it_themselves_come_before_those_whose_reports_do(self):
        self.fill(3)
        first, _second, third = self.plan.items.all()
        TaskReport.objects.filter(report__item=first).update(progress="双减推进会已召开")
        third.body = "落实双减。"
        third.save()
        hits = self.client.get(self.url, {"q": "双减"}).context["result"].hits
        self.assertEqual([hit.item for hit in hits], [third, first])

    def test_while_typing_only_what_was_found_is_sent(self):
        self.fill(2)
        part = self.client.get(self.url, {"q": "编制"}, headers={"X-Requested-With": "fetch"})
        self.assertContains(part, "<mark>编制</mark>")
        self.assertNotContains(part, "<html")
        self.assertLess(len(part.content), len(self.client.get(self.url, {"q": "编制"}).content))
        self.assertNotContains(part, "按“查询”看全部")
        self.fill(40)
        part = self.client.get(self.url, {"q": "编制"}, headers={"X-Requested-With": "fetch"})
        self.assertContains(part, "按“查询”看全部")
        self.assertEqual(len(part.context["page"].object_list), 10)  # the newest 20 reports, two an item

    def test_the_tabs_stay_and_lead_back_to_where_one_was(self):
        place = f"organization={self.bureau.pk}&year=2024&period={self.periods[0].pk}"
        for name in ("boards:search", "boards:topics", "sheets:table_export_list"):
            page = self.client.get(f"{reverse(name)}?{place}")
            with self.subTest(name):
                self.assertContains(page, f'href="{reverse("boards:overview")}?{place.replace("&", "&amp;")}"')
                self.assertContains(page, f'<a href="{reverse("boards:search")}?')
        self.assertEqual(self.client.get(f"{self.url}?organization=999&period=x").status_code, 200)

    def test_queries_and_bytes(self):
        self.assert_in_budget(f"{self.url}?q=编制", queries=10)
        self.assertLessEqual(len(self.client.get(self.url, {"q": "编制"}).context["result"].hits), LIMIT)


class TopicTest(PageCase):
    """The same topic in several bureaus."""

    url = reverse("boards:topics")

    def setUp(self):
        super().setUp()
        there = self.make_plan(organization=self.other_bureau, title="静安")
        self.here = self.make_item(self.plan, title="落实双减", body="双减覆盖100%学校。其他。推进双减。")
        self.there = self.make_item(
            there, title="深化双减工作", body="落实双减，课后服务全覆盖。", lead=self.foreign_office
        )
        self.make_item(there, title="体育场地开放", body="场地开放。", lead=self.foreign_office)
        self.make_report(self.here, self.periods[0], completion_percent=40)

    def groups(self, **asked):
        return {g.organization: g.rows for g in self.client.get(self.url, asked).context["groups"]}

    def test_each_bureau_on_the_topic_with_its_figures_and_completion(self):
        self.client.force_login(self.admin)
        found = self.groups(q="双减")
        self.assertEqual([row.item for row in found[self.other_bureau]], [self.there])
        row = found[self.bureau][0]
        self.assertEqual((row.completion_percent, row.as_of), (40, str(self.periods[0])))
        self.assertIn("100%", row.sentences[0])

    def test_items_like_one(self):
        self.client.force_login(self.admin)
        found = self.groups(item=self.here.pk)
        self.assertEqual([row.item for row in found[self.other_bureau]], [self.there])

    def test_somebody_of_one_bureau_sees_that_one_alone(self):
        self.assertEqual(set(self.groups(q="双减")), {self.bureau})
        self.assertContains(self.client.get(self.url), "您只能查看一个单位")
        for value in (self.there.pk, "x", "9" * 30):
            self.assertEqual(self.client.get(self.url, {"item": value}).status_code, 404)

    def test_queries_and_bytes(self):
        self.assert_in_budget(f"{self.url}?q=义务教育", queries=5)

    def test_last_years_item_is_suggested_as_predecessor(self):
        new = self.make_plan(title="2025年工作要点", year=2025, start_on=date(2025, 1, 1), end_on=date(2025, 12, 31))
        same, other = (
            self.make_item(new, title="继续落实双减", body="双减覆盖学校。"),
            self.make_item(new, title="基建", body="校舍。"),
        )
        found = suggested_predecessors(list(earlier_items(self.supervisor, new)), [same, other])
        self.assertEqual({pk: each.item for pk, each in found.items()}, {same.pk: self.here})

    def test_likeness_is_one_for_the_same_text_and_zero_for_another(self):
        likeness = Likeness({1: "推进双减", 2: "场地开放"})
        scores = likeness.to("推进双减")
        self.assertAlmostEqual(scores[1], 1)
        self.assertNotIn(2, scores)
        self.assertEqual(set(pairs("双减提质 30%")), {"双减", "减提", "提质", "30%"})
