"""Signing a paper leaves one event, and so does a signature that was refused."""

from django.urls import reverse

from audit.models import SecurityEvent
from tests.base import CastTestCase
from tests.every_url import EveryUrl


class SigningTest(EveryUrl, CastTestCase):
    """A letter and the leader."""

    @classmethod
    def setUpTestData(cls):
        """One row of everything."""
        super().setUpTestData()
        cls.make_rows()

    def test_each_attempt_leaves_one_event(self):
        self.client.force_login(self.leader)
        paper = self.rows["feedback"]
        address = reverse("papers:feedback_sign", args=[paper.pk])
        events = SecurityEvent.objects.exclude(username="").order_by("pk").values_list("kind", "username", "success")
        self.client.post(address, {"digest": "of another text"})
        self.assertEqual(list(events), [("sign", "leader", False)])
        self.client.post(address, {"digest": paper.digest})
        self.assertEqual(list(events.all()), [("sign", "leader", False), ("sign", "leader", True)])
        self.client.get(address)
        self.assertEqual(events.all().count(), 2)
