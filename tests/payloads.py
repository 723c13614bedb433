"""Thirty texts that would run a script, a formula or a template if anything took them for more than text."""

from django.apps import apps
from django.db import models

from importer.drafts.checked_draft import Proof
from importer.drafts.drafts import ItemDraft, PlanDraft, SectionDraft
from papers.letter import Letter
from sheets.filling.reading import FilledSheet
from tests.every_url import EveryUrl
from workplans.models import Assignment, Office

PAYLOADS = (
    "<script>pwned()</script>",
    "<b data-pwned>甲</b>",
    "<svg onload=pwned()>",
    "<img src=x onerror=pwned()>",
    '"><script>pwned()</script>',
    "'><script>pwned()</script>",
    '" autofocus onfocus=pwned() x="',
    "' autofocus onfocus=pwned() x='",
    "</textarea><script>pwned()</script>",
    "</title><script>pwned()</script>",
    "</script><script>pwned()</script>",
    "</style><script>pwned()</script>",
    "--><script>pwned()</script>",
    "]]><script>pwned()</script>",
    "<iframe srcdoc='<script>parent.pwned()</script>'></iframe>",
    "<details open ontoggle=pwned()>",
    "<input autofocus onfocus=pwned()>",
    "<body onload=pwned()>",
    "<a href=javascript:pwned()>点</a>",
    "javascript:pwned()",
    "<math><mtext></mtext><script>pwned()</script></math>",
    "<object data=javascript:pwned()></object>",
    "<style>@import 'javascript:pwned()'</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "＜script＞pwned()＜/script＞",
    "&lt;script&gt;pwned()&lt;/script&gt;",
    "{{ 7|add:7 }}{% debug %}{{ [].__class__ }}",
    '=HYPERLINK("javascript:pwned()")',
    "\u202e<script>pwned()</script>",
)
KEPT = {
    "sha256",
    "digest",
    "query",
    "encoding",
    "kind",
    "address",
}  # what is computed or read by the application itself


SINGLE = {payload[:cut] for payload in PAYLOADS for cut in (60, 200, None)}


def texts(field, turn):
    """Return as many payloads as fit into a field, another one first each turn; cut where none fits."""
    order = PAYLOADS[turn % len(PAYLOADS) :] + PAYLOADS[: turn % len(PAYLOADS)]
    if not field.max_length:
        return "\n".join(order)
    fitting, room = [], field.max_length
    for payload in order:
        if len(payload) + 1 <= room:
            fitting.append(payload)
            room -= len(payload) + 1
    return " ".join(fitting) or order[0][: field.max_length]


class Poisoned(EveryUrl):
    """Mix into a test case: `make_rows()`, then `poison()`."""

    @classmethod
    def poison(cls):
        """Put payloads into every text field of every row, and make thirty items and offices of one payload each."""
        plan, period = cls.rows["plan"], cls.rows["period"]
        for position, payload in enumerate(PAYLOADS, start=20):
            office = Office.objects.create(
                organization=cls.bureau, name=payload[:60], aliases=[payload], position=position
            )
            item = cls.make_item(plan, title=payload, body=payload, deadline_text=payload[:60], level2=payload)
            Assignment.objects.create(item=item, office=office, role=Assignment.Role.SUPPORT, position=2)
            cls.make_report(
                item, period, progress=payload, difficulties=payload, next_steps=payload, completion_percent=10
            )
        cls._poison_documents()
        users = type(cls.supervisor).objects
        for turn, user in enumerate(users.all()):
            users.filter(pk=user.pk).update(first_name=PAYLOADS[turn], last_name=PAYLOADS[-turn - 1])
        for model in (*apps.get_app_config("workplans").get_models(), *apps.get_app_config("tracking").get_models()):
            if not hasattr(model, "history_origin") and not getattr(model, "append_only", False):
                cls._poison_rows(model)
        cls.rows = {name: type(row)._default_manager.get(pk=row.pk) for name, row in cls.rows.items()}

    @classmethod
    def _poison_rows(cls, model):
        for turn, row in enumerate(model._default_manager.order_by("pk")):
            for number, field in enumerate(model._meta.concrete_fields):
                is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
                if is_text and field.name not in KEPT and getattr(row, field.name) not in SINGLE:
                    setattr(row, field.name, texts(field, turn + number))
                elif field.name == "aliases":
                    row.aliases = [f"{payload}{row.pk}" for payload in PAYLOADS]
            row.save()

    @classmethod
    def _poison_documents(cls):
        items = [ItemDraft(str(n), p, offices=[p]) for n, p in enumerate(PAYLOADS, start=1)]
        plan = PlanDraft(title=PAYLOADS[0], year=2025, sections=[SectionDraft("一", PAYLOADS[4], items=items)])
        cls.rows["importdraft"].proof = Proof(plan).to_dict()
        cls.rows["importdraft"].save()
        whole = "\n".join(PAYLOADS)
        letter = Letter(whole, whole, whole, (), whole, whole, whole, whole)
        cls.rows["feedback"].snapshot = letter.to_json()
        cls.rows["feedback"].save()
        cls.rows["fillupload"].reading = FilledSheet(notes=list(PAYLOADS)).to_json()
        cls.rows["fillupload"].save()
