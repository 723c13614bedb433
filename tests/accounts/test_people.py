"""人员 by workbook: who is new, who changes, who left; first passwords on slips; nobody twice."""

import re
from io import BytesIO

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import SimpleTestCase
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import UsedPassword
from accounts.people.comparing import compare
from accounts.people.reading import COLUMNS, people_of
from accounts.people.romanising import free_name, user_name
from accounts.people.slips import first_password
from audit.kinds import EventKind
from audit.models import SecurityEvent
from tests.base import CastTestCase, make_user
from workplans import access
from workplans.access import Role
from workplans.models import Membership, Organization
from workplans.models.organization import ROLE_WORDS
from workplans.uploads import SheetRow, UploadedTable

HEADINGS = [column.heading for column in COLUMNS]
User = get_user_model()


class NamesTest(SimpleTestCase):
    """User names out of Chinese names."""

    def test_names_are_read_as_their_owners_say_them(self):
        for name, wanted in {
            "张伟": "zhangwei", "单雄信": "shanxiongxin", "仇英": "qiuying", "曾国藩": "zengguofan", "区广安": "ouguangan",
            "查良镛": "zhaliangyong", "解晓东": "xiexiaodong", "翟晟": "zhaisheng", "阚泽": "kanze", "尉迟恭": "yuchigong",
            "万俟卨": "moqixie", "欧阳修": "ouyangxiu", "张朝阳": "zhangchaoyang", "吕梁": "lyuliang", "李略": "lilyue",
            "女王": "nyuwang", "张·三": "zhangsan", "阿依古丽·买买提": "ayigulimaimaiti", "⼭本": "shanben", "John Smith": "johnsmith",
            "Ünal": "unal", "𠮷田": "tian", "？": "", "　张 伟 ": "zhangwei",
        }.items():  # fmt: skip
            with self.subTest(name):
                self.assertEqual(user_name(name), wanted)

    def test_a_name_that_is_taken_gets_a_number(self):
        self.assertEqual(free_name("zhangwei", {"zhangwei", "zhangwei2"}), "zhangwei3")

    def test_every_word_for_a_role_means_one(self):
        self.assertLessEqual(set(ROLE_WORDS.values()), set(Role))
        self.assertEqual({ROLE_WORDS[role.label] for role in Role}, set(Role))

    def test_first_passwords_differ_and_meet_the_rules(self):
        passwords = {first_password() for _ in range(200)}
        self.assertEqual(len(passwords), 200)
        for password in passwords:
            self.assertRegex(password, r"\A(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[A-Za-z2-9]{4}(-[A-Za-z2-9]{4}){2}\Z")
            self.assertFalse(set(password) & set("0O1lIo"))


def book(*rows, headings=HEADINGS):
    """Return a workbook of people as bytes."""
    made = Workbook()
    made.active.append(list(headings))
    for row in rows:
        made.active.append(list(row) + [None] * (len(headings) - len(row)))
    content = BytesIO()
    made.save(content)
    return content.getvalue()


class PeopleCase(CastTestCase):
    """The pages, as the administrator."""

    def setUp(self):
        """Sign in."""
        self.client.force_login(self.admin)
        self.path = reverse("people", args=[self.bureau.pk])

    def upload(self, *rows, name="人员.xlsx", **kw):
        """Send a workbook; return the preview."""
        return self.client.post(self.path, {"file": SimpleUploadedFile(name, book(*rows, **kw))})

    def confirm(self, page, **more):
        """Confirm what a preview shows, user names corrected by `more`."""
        plan = page.context["plan"]
        sent = {f"username-{person.first.number}": person.shown_username for person in plan.new}
        sent |= {"file": page.context["file"], "seen": plan.digest} | more
        return self.client.post(reverse("people_confirm", args=[self.bureau.pk]), sent)

    def bring(self, *rows, **more):
        """Upload and confirm."""
        return self.confirm(self.upload(*rows), **more)

    def problems(self, *rows):
        """Return what a preview says is wrong, by row."""
        return [(one.row, one.heading, one.message) for one in self.upload(*rows).context["plan"].problems]


class ImportTest(PeopleCase):
    """From the workbook to the accounts."""

    def test_new_people_get_accounts_posts_and_slips(self):
        page = self.upload(
            ["张伟", "", "德育科", "填报人", "13800001234", "zw@example.cn"],
            ["单雄信", "", "德育", "科室负责人"],
            ["李略", "lilve", "", "局领导"],
            ["王芳", "", "计财科"],
        )
        self.assertContains(page, "读到 4 行，4 人：新增 4")
        self.assertContains(page, 'value="shanxiongxin"')
        self.assertFalse(User.objects.filter(username="zhangwei").exists())
        slips = self.confirm(page)
        self.assertEqual(slips.status_code, 200)
        user = User.objects.get(username="zhangwei")
        post = user.memberships.get()
        self.assertEqual((user.first_name, user.email), ("张伟", "zw@example.cn"))
        self.assertEqual((post.office, post.role, post.phone), (self.moral, Role.REPORTER, "13800001234"))
        self.assertEqual(User.objects.get(username="lilve").memberships.get().role, Role.LEADER)
        self.assertEqual(User.objects.get(username="wangfang").memberships.get().role, Role.REPORTER)
        passwords = re.findall(r"<b>([A-Za-z2-9]{4}-[A-Za-z2-9]{4}-[A-Za-z2-9]{4})</b>", slips.content.decode())
        self.assertEqual(len(passwords), 4)
        self.assertIn("no-store", slips.headers["Cache-Control"])

    def test_the_password_opens_once_and_must_be_changed(self):
        slips = self.bring(["张伟", "", "德育科"])
        slip = slips.context["slips"][0]
        stored = UsedPassword.objects.get(user__username="zhangwei")
        self.assertTrue(stored.is_temporary)
        self.assertNotIn(slip.password, stored.encoded)
        self.client.logout()
        answer = self.client.post("/accounts/login/", {"username": "zhangwei", "password": slip.password}, follow=True)
        self.assertEqual(answer.redirect_chain[-1][0], reverse("password_change"))

    def test_the_slips_are_shown_once(self):
        page = self.upload(["张伟", "", "德育科"])
        slip = self.confirm(page).context["slips"][0]
        again = self.confirm(page)
        self.assertRedirects(again, self.path)
        self.assertNotContains(self.client.get(self.path), slip.password)
        self.assertEqual(User.objects.filter(first_name="张伟").count(), 1)

    def test_the_same_workbook_again_changes_nothing(self):
        rows = [
            ["张伟", "", "德育科", "填报人", "13800001234"],
            ["张伟", "", "计财科", "", "13900001234"],
            ["王芳", "", "计财科"],
        ]
        self.bring(*rows)
        self.assertEqual(
            set(User.objects.filter(first_name="张伟").values_list("username", flat=True)), {"zhangwei", "zhangwei2"}
        )
        before = list(User.objects.values()), list(Membership.objects.values())
        page = self.upload(*rows)
        self.assertEqual(len(page.context["plan"].same), 3)
        self.assertContains(page, "不需要导入") if not page.context["plan"].missing else None
        self.assertRedirects(self.confirm(page), self.path)
        self.assertEqual((list(User.objects.values()), list(Membership.objects.values())), before)

    def test_the_template_comes_back_unchanged_and_changed(self):
        Membership.objects.filter(user=self.reporter).update(phone="021-65550000")
        url = reverse("people_template", args=[self.bureau.pk])
        content = b"".join(self.client.get(url))
        plan = self.client.post(self.path, {"file": SimpleUploadedFile("人员.xlsx", content)}).context["plan"]
        self.assertEqual((plan.problems, plan.new, plan.changed, plan.missing), ([], [], [], []))
        self.assertEqual(len(plan.same), 5)
        changed = load_workbook(BytesIO(content))
        sheet = changed["人员"]
        row = next(row for row in sheet.iter_rows(min_row=2) if row[1].value == "reporter")
        row[0].value, row[2].value, row[4].value = "张三", "计财科", "13800001234"
        out = BytesIO()
        changed.save(out)
        page = self.client.post(self.path, {"file": SimpleUploadedFile("人员.xlsx", out.getvalue())})
        [person] = page.context["plan"].changed
        self.assertEqual([what for what, _before, _after in person.changes], ["姓名", "任职", "手机"])
        before = self.reporter.memberships.get().pk
        self.assertRedirects(self.confirm(page), self.path)
        post = self.reporter.memberships.get()
        self.assertEqual((post.pk, post.office, post.phone), (before, self.finance, "13800001234"))
        self.assertEqual(User.objects.get(pk=self.reporter.pk).first_name, "张三")

    def test_one_person_may_hold_two_posts(self):
        self.bring(["张伟", "zw", "德育科", "科室负责人"], ["张伟", "zw", "计财科", "填报人"])
        self.assertEqual(User.objects.get(username="zw").memberships.count(), 2)
        self.bring(["张伟", "zw", "计财科", "填报人"])
        self.assertEqual(User.objects.get(username="zw").memberships.get().office, self.finance)

    def test_a_user_name_is_corrected_in_the_preview(self):
        page = self.upload(["张伟", "", "德育科"])
        self.assertEqual(self.confirm(page, **{"username-2": "zhang.wei"}).status_code, 200)
        self.assertTrue(User.objects.filter(username="zhang.wei", first_name="张伟").exists())

    def test_a_user_name_of_somebody_elsewhere_is_said_and_mended_in_the_preview(self):
        page = self.upload(["张伟", "Outsider", "德育科"])
        self.assertContains(page, "用户名“Outsider”已有人使用")
        self.assertContains(page, "按改过的用户名导入")
        again = self.confirm(page)
        self.assertContains(again, "已有人使用")
        self.assertEqual(self.confirm(again, **{"username-2": "zhangwei"}).status_code, 200)
        self.assertEqual(self.outsider.memberships.get().organization, self.other_bureau)

    def test_who_is_not_in_the_workbook_is_listed_and_leaves_only_when_ticked(self):
        page = self.upload(["填报人", "reporter", "德育科", "填报人"])
        self.assertEqual(
            {user.username for user in page.context["plan"].missing}, {"head", "other", "supervisor", "leader"}
        )
        self.confirm(page, leaver=[self.other_reporter.pk, self.outsider.pk, self.admin.pk])
        active = set(User.objects.filter(is_active=True).values_list("username", flat=True))
        self.assertNotIn("other", active)
        self.assertLessEqual({"head", "outsider", "root", "supervisor"}, active)
        self.assertTrue(SecurityEvent.objects.filter(kind=EventKind.ACCOUNT, detail="离任").exists())

    def test_a_leaver_is_marked_and_comes_back_with_a_new_password(self):
        self.bring(["科长", "head", "", "", "", "", "离任"])
        self.assertFalse(User.objects.get(pk=self.head.pk).is_active)
        self.assertTrue(self.head.memberships.exists())
        slips = self.bring(["科长", "head", "德育科", "科室负责人"])
        self.assertEqual([slip.username for slip in slips.context["slips"]], ["head"])
        self.assertTrue(User.objects.get(pk=self.head.pk).is_active)

    def test_each_fault_says_where_and_how_to_mend_it(self):
        for rows, wanted in (
            ([["", "a", "德育科"]], [(2, "姓名", "没有姓名")]),
            ([["张伟", "", "财务科"]], [(2, "科室", "没有科室“财务科”")]),
            ([["张伟", "", ""]], [(2, "科室", "填报人要写科室")]),
            ([["张伟", "", "德育科", "组长"]], [(2, "角色", "可填：填报人、科室负责人、督办员、局领导")]),
            ([["张伟", "", "德育科", "", "打不通"]], [(2, "手机", "请填写电话号码")]),
            ([["张伟", "", "德育科", "", "", "zw@"]], [(2, "邮箱", "不是邮箱地址")]),
            ([["张伟", "", "德育科", "", "", "", "休假"]], [(2, "状态", "请填“在职”或“离任”")]),
            ([["张伟", "张 伟", "德育科"]], [(2, "用户名", "只能用字母")]),
            ([["张伟", "", "德育科"], ["张伟", "", "德育科"]], [(3, "用户名", "第 2 行也是张伟")]),
            ([["张伟", "zw", "德育科"], ["张伟", "zw", "德育科"]], [(3, "", "同一任职")]),
            ([["张伟", "zw", "德育科"], ["王芳", "zw", "计财科"]], [(3, "姓名", "姓名却不同")]),
            ([["张伟", "", "", "", "", "", "离任"]], [(2, "状态", "系统中没有此人")]),
            ([["？", "", "德育科"]], [(2, "用户名", "写不成拼音")]),
        ):
            with self.subTest(wanted[0][2]):
                found = self.problems(*rows)
                self.assertEqual([one[:2] for one in found], [one[:2] for one in wanted])
                self.assertIn(wanted[0][2], found[0][2])

    def test_nothing_is_stored_where_anything_is_wrong(self):
        page = self.upload(["张伟", "", "德育科"], ["王芳", "", "没有科"])
        self.assertContains(self.confirm(page), "什么也没有导入")
        self.assertFalse(User.objects.filter(first_name="张伟").exists())

    def test_what_changed_since_the_preview_is_shown_again(self):
        page = self.upload(["填报人", "reporter", "计财科"])
        Membership.objects.filter(user=self.reporter).update(office=self.coordinating)
        self.assertContains(self.confirm(page), "预览之后数据有了变化")
        self.assertEqual(self.reporter.memberships.get().office, self.coordinating)

    def test_columns_stand_anywhere_and_by_other_names(self):
        page = self.upload(["德育科", "张伟", "138 0000 1234", "x"], headings=["部门", "姓名", "联系电话", "备注"])
        [person] = page.context["plan"].new
        self.assertEqual((person.posts[0].office, person.posts[0].phone), (self.moral, "13800001234"))
        self.assertContains(page, "这些列不认识，没有读取：备注")

    def test_files_that_are_none_are_refused_in_words(self):
        for name, content, told in (
            ("人员.docx", b"PK", "只能导入 .xlsx 或 .csv"),
            ("人员.xlsx", b"not a workbook", "不是 Excel 工作簿"),
            ("人员.xlsx", book(headings=["姓名"]), "没有人员"),
            ("人员.xlsx", book(["a"], headings=["名字"]), "没有“姓名”列"),
            ("人员.xlsx", book(["a", "b"], headings=["科室", "部门"]), "没有“姓名”列"),
        ):
            with self.subTest(told):
                self.assertContains(self.client.post(self.path, {"file": SimpleUploadedFile(name, content)}), told)
        self.assertContains(self.client.post(self.path), "请选择要导入的文件")
        sheet = "姓名,科室\n张伟,德育科\n".encode("gb18030")
        self.assertContains(self.client.post(self.path, {"file": SimpleUploadedFile("a.csv", sheet)}), "新增 1")

    def test_each_account_and_each_role_leaves_an_event(self):
        self.bring(["张伟", "", "德育科"], ["王芳", "", "计财科"])
        kinds = list(SecurityEvent.objects.values_list("kind", flat=True))
        self.assertEqual(
            [kinds.count(kind) for kind in (EventKind.ACCOUNT, EventKind.ROLE, EventKind.IMPORT)], [2, 2, 1]
        )
        told = " ".join(SecurityEvent.objects.values_list("detail", flat=True))
        self.assertNotRegex(told, r"[A-Za-z2-9]{4}-[A-Za-z2-9]{4}-")

    def test_comparing_asks_no_more_for_more_people(self):
        def table(count):
            rows = [SheetRow(n + 2, (f"张{n}", f"u{n}", "德育科", "", "", "", "")) for n in range(count)]
            return people_of(UploadedTable(tuple(HEADINGS), tuple(rows)))

        access.standing(self.admin)  # read once a request
        with self.assertNumQueries(4):
            compare(table(2), self.bureau, self.admin)
        with self.assertNumQueries(4):
            compare(table(40), self.bureau, self.admin)


class DelegatedImportTest(PeopleCase):
    """The same in the hands of a supervisor."""

    @classmethod
    def setUpTestData(cls):
        """Delegate."""
        super().setUpTestData()
        Organization.objects.filter(pk=cls.bureau.pk).update(people_by_supervisor=True)
        cls.both = make_user("both", cls.bureau, Role.REPORTER, cls.moral, first_name="两处")
        Membership.objects.create(
            user=cls.both, organization=cls.other_bureau, office=cls.foreign_office, role=Role.REPORTER
        )
        cls.chief = make_user("chief", cls.bureau, Role.LEADER, is_superuser=True, first_name="局长")

    def setUp(self):
        """Sign in as the supervisor."""
        super().setUp()
        self.client.force_login(self.supervisor)

    def test_new_people_are_made_in_the_own_bureau_and_are_never_administrators(self):
        self.assertEqual(self.bring(["张伟", "", "德育科"]).status_code, 200)
        user = User.objects.get(username="zhangwei")
        self.assertEqual((user.is_superuser, user.is_staff), (False, False))
        for path in ("people", "people_template"):
            answer = self.client.get(reverse(path, args=[self.other_bureau.pk]))
            self.assertEqual(answer.status_code, 404)

    def test_administrators_oneself_and_who_serves_elsewhere_stay(self):
        for row in (
            ["局长改", "chief", "", "局领导"],
            ["督办员", "supervisor", "", "局领导"],
            ["两处", "both", "计财科"],
            ["局长", "chief", "", "", "", "", "离任"],
        ):
            with self.subTest(row[1]):
                self.assertEqual(len(self.problems(row)), 1)
        page = self.upload(["填报人", "reporter", "德育科"])
        self.assertFalse({"chief", "supervisor", "both"} & {user.username for user in page.context["plan"].missing})

    def test_new_passwords_for_the_offices_people_alone(self):
        path = reverse("people_passwords", args=[self.bureau.pk])
        slips = self.client.post(path, {"person": [self.reporter.pk]})
        self.assertEqual([slip.username for slip in slips.context["slips"]], ["reporter"])
        for person in (self.leader, self.chief, self.both, self.supervisor):
            before = User.objects.get(pk=person.pk).password
            with self.subTest(person.username):
                self.assertRedirects(self.client.post(path, {"person": [person.pk]}), self.path)
                self.assertEqual(User.objects.get(pk=person.pk).password, before)
        self.assertRedirects(self.client.post(path, {"person": [self.outsider.pk]}), self.path)

    def test_a_leader_who_left_is_not_brought_back_by_a_supervisor(self):
        User.objects.filter(pk=self.leader.pk).update(is_active=False)
        self.assertEqual(len(self.problems(["leader", "leader", "", "局领导"])), 1)

    def test_another_users_preview_cannot_be_confirmed(self):
        page = self.upload(["张伟", "", "德育科"])
        self.client.force_login(self.admin)
        self.assertRedirects(self.confirm(page), self.path)
        self.assertFalse(User.objects.filter(username="zhangwei").exists())

    def test_nobody_else_keeps_people(self):
        for person in (self.reporter, self.head, self.leader):
            with self.subTest(person.username):
                self.client.force_login(person)
                self.assertEqual(self.client.get(self.path).status_code, 403)
