"""The cast with the API on, and applications of theirs."""

import json

from django.test import override_settings

from accounts import tokens
from accounts.models import Application
from tests.base import NOW, CastTestCase


@override_settings(API=True, API_PER_MINUTE=100_000)
class ApiTestCase(CastTestCase):
    """A bureau with a plan of two items and their reports, another bureau, and an application of each kind."""

    @classmethod
    def setUpTestData(cls):
        """Put everybody on stage."""
        super().setUpTestData()
        cls.plan = cls.make_plan()
        cls.item = cls.make_item(cls.plan, tasks=["高中"])
        cls.other_item = cls.make_item(cls.plan, lead=cls.finance)
        cls.period = cls.make_period()
        cls.report = cls.make_report(cls.item, cls.period, completion_percent="60.5", progress="已开展两次调研。")
        cls.other_report = cls.make_report(cls.other_item, cls.period)
        cls.tokens = {
            "reader": cls.issue(cls.bureau, "数据平台"),
            "moral": cls.issue(cls.bureau, "德育系统", cls.moral),
            "finance": cls.issue(cls.bureau, "财务系统", cls.finance),
            "foreign": cls.issue(cls.other_bureau, "外区平台"),
        }

    @classmethod
    def issue(cls, organization, name, office=None):
        """Return a new token of a new application."""
        scope = Application.Scope.REPORT if office else Application.Scope.READ
        made = {"organization": organization, "name": name, "office": office, "scope": scope}
        application = Application.objects.create(account=tokens.make_account(name), **made)
        return tokens.issue(application, by=cls.admin, now=NOW)[1]

    def call(self, path, who="reader", method="get", body=None, **headers):
        """Return the answer to a request with a token, by the name of its application."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            sent["Authorization"] = f"Bearer {self.tokens[who]}"
        options = {"headers": sent}
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/v1/{path}", **options)

    def assert_problem(self, response, status, code):
        """Be a problem of this status and code, with a Chinese sentence; return what it says."""
        self.assertEqual(response.status_code, status, response.content.decode())
        self.assertEqual(response.headers["Content-Type"], "application/problem+json")
        told = response.json()
        self.assertEqual((told["status"], told["code"]), (status, code))
        self.assertRegex(told["detail"], "[一-龥]")
        return told
