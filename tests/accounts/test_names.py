"""姓名 is one field: entered once, printed as it was entered, wherever a person is named."""

from importlib import import_module

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import SimpleTestCase, TransactionTestCase
from django.urls import reverse

from accounts.models import NameRepair
from papers.compiling import letter_of
from papers.signing import signed_letter
from tests.base import NOW, CastTestCase
from tests.every_url import EveryUrl
from tests.page_forms import sent_by_browser
from workplans.people import full_name, name_of, one_name

MIGRATION = import_module("accounts.migrations.0005_one_name")
USER = get_user_model()


class RepairTest(SimpleTestCase):
    """名字 and 姓氏 → 姓名."""

    def test_what_is_sure(self):
        table = [
            ("三", "张", "张三"), ("建国", "李", "李建国"), ("", "王小明", "王小明"), ("娜", "欧阳", "欧阳娜"), ("雪", "单", "单雪"),
            ("Ann", "Smith", "Ann Smith"), ("张三", "张三", "张三"), ("三", "张三", "张三"), ("王小明", "王", "王小明"),
            ("恭", "尉迟", "尉迟恭"), ("一鸣", "万俟", "万俟一鸣"), ("颖", "阚", "阚颖"),
        ]  # fmt: skip
        for first, last, name in table:
            with self.subTest(name):
                self.assertEqual(MIGRATION.one_name(first, last)[:2], (name, True))

    def test_what_is_to_be_looked_at(self):
        table = [
            ("晟", "阚", "阚晟", "都像姓"), ("张", "伟", "张伟", "填反"), ("张", "建国", "张建国", "填反"), ("林", "高", "高林", "都像姓"), ("林林", "林", "林林林", "叠字"),
            ("伟", "建国", "建国伟", "都不是"), ("三", "Zhang", "三 Zhang", "混写"), ("张三", "张", "张三", ""),
        ]  # fmt: skip
        for first, last, name, why in table:
            with self.subTest(name):
                found, is_sure, note = MIGRATION.one_name(first, last)
                self.assertEqual(found, name)
                self.assertEqual(is_sure, False)
                self.assertIn(why, note)

    def test_a_name_another_program_wrote_in_two_fields(self):
        table = [
            ("三", "张", "张三"),
            ("", "王小明", "王小明"),
            ("王小明", "", "王小明"),
            ("王小明", "王", "王小明"),
            ("Ann", "Smith", "Ann Smith"),
        ]
        for first, last, name in table:
            self.assertEqual(full_name(first, last), name)

    def test_spaces_inside_a_chinese_name_go_and_others_stay(self):
        for typed, name in (
            ("张 三", "张三"),
            ("  李　四 ", "李四"),
            ("Ann  Smith", "Ann Smith"),
            ("阿依古丽·买买提", "阿依古丽·买买提"),
        ):
            self.assertEqual(one_name(typed), name)


class OneFieldTest(EveryUrl, CastTestCase):
    """Forms, pages and letters."""

    def test_the_forms_ask_for_one_name(self):
        self.client.force_login(self.admin)
        for page in (reverse("admin:auth_user_add"), reverse("admin:auth_user_change", args=[self.leader.pk])):
            response = self.client.get(page)
            with self.subTest(page):
                self.assertContains(response, "姓名")
                self.assertNotContains(response, "姓氏")
                self.assertNotContains(response, "last_name")

    def test_a_name_is_stored_as_typed_and_one_kept_in_two_fields_is_made_one(self):
        self.client.force_login(self.admin)
        USER.objects.filter(pk=self.leader.pk).update(first_name="三", last_name="张")
        page = reverse("admin:auth_user_change", args=[self.leader.pk])
        data = sent_by_browser(self.client.get(page), "user_form")
        self.assertEqual(data["first_name"], ["张三"])
        self.assertEqual(self.client.post(page, data | {"email": ["a@example.gov.cn"]}).status_code, 302)
        self.leader.refresh_from_db()
        self.assertEqual((self.leader.first_name, self.leader.last_name, name_of(self.leader)), ("张三", "", "张三"))

    def test_the_letter_is_signed_with_the_name_in_its_order(self):
        self.make_rows()
        letter = self.rows["feedback"]
        for first, last in (("张三", ""), ("三", "张")):
            self.leader.first_name, self.leader.last_name = first, last
            self.assertEqual(signed_letter(letter, self.leader, NOW).signed.split()[0], "张三")
        self.assertEqual(letter_of(letter).signed, "")

    def test_every_page_that_names_a_person_has_it_in_its_order(self):
        self.make_rows()
        USER.objects.filter(pk=self.supervisor.pk).update(first_name="一鸣", last_name="万俟")
        self.client.force_login(self.supervisor)
        for name in (
            "papers:feedback_page",
            "intake:import_page",
            "tracking:period_page",
            "workplans:request_list",
            "boards:item_page",
        ):
            response = self.client.get(self.path(name))
            with self.subTest(name):
                self.assertNotContains(response, "一鸣 万俟")
                self.assertContains(response, "万俟一鸣")
        self.assertContains(self.client.get(self.path("boards:overview")), "万俟一鸣")


class MigrationTest(TransactionTestCase):
    """Users made before are repaired, what was done is kept, and it can be taken back."""

    def test_there_and_back(self):
        for username, first, last in (("a", "三", "张"), ("b", "林", "高"), ("c", "李四", ""), ("d", "Ann", "Smith")):
            USER.objects.create_user(username, first_name=first, last_name=last)
        call_command("migrate", "accounts", "0003", verbosity=0)
        try:
            call_command("migrate", "accounts", verbosity=0)
            names = dict(USER.objects.values_list("username", "first_name"))
            self.assertEqual(names, {"a": "张三", "b": "高林", "c": "李四", "d": "Ann Smith"})
            self.assertEqual(
                list(NameRepair.objects.values_list("user__username", "is_sure")),
                [("b", False), ("a", True), ("d", True)],
            )
            USER.objects.filter(username="b").update(first_name="林高")
            call_command("migrate", "accounts", "0003", verbosity=0)
            names = {
                name: (first, last)
                for name, first, last in USER.objects.values_list("username", "first_name", "last_name")
            }
            self.assertEqual(names, {"a": ("三", "张"), "b": ("林高", ""), "c": ("李四", ""), "d": ("Ann", "Smith")})
        finally:
            call_command("migrate", verbosity=0)
