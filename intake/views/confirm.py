"""The last step of an import, which makes reports due: comparing with the plan revised, confirming."""

from collections import Counter

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.kinds import EventKind
from audit.recording import record
from boards.topics import earlier_items
from importer.drafts.checked_draft import counts_of
from importer.drafts.corrections import CorrectionRefused
from importer.drafts.drafts import FROM_DOCUMENT, PlanDraft
from importer.drafts.revision import Fate
from intake import keeping
from intake.confirming import confirm
from intake.forms import ROLES, RevisedForm
from intake.page import DraftOffices
from intake.revising import comparison, old_items, similar_plans
from intake.scan_lines import scan_view
from tracking.notices.digests import day_words
from tracking.reports.beside_last_period import marked
from workplans.ids import seen_version
from workplans.loading import NotLoadable
from workplans.models import ImportDraft, Item, Plan

from .pages import for_supervisors

LABELS = {Fate.CHANGED: "修改", Fate.ADDED: "新增", Fate.REMOVED: "删去", Fate.UNCHANGED: "未变"}
# What a row says of a change besides title and body, which are shown with what changed marked.
FIELDS = {field.name: Item._meta.get_field(field.name).verbose_name for field in FROM_DOCUMENT if not field.is_text}
FIELDS |= {"section": "板块", "offices": "责任分工", "milestones": "里程碑", "resumed": "状态"}


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def import_confirm(request, pk):
    """Show what confirming will do; do it."""
    draft = _draft(request, pk)
    proof, refusal = keeping.proof_of(draft), None
    if request.method == "POST":
        try:
            loaded = confirm(draft, seen_version=seen_version(request.POST), by=request.user, now=timezone.now())
            record(EventKind.IMPORT, request, target=loaded.plan or draft)
            messages.success(request, f"已{'按修订稿更新' if proof.revises else '导入'}《{loaded.plan or draft}》。")
            return _after(loaded, request.user)
        except NotLoadable as barred:
            refusal = barred.problem
            record(EventKind.IMPORT, request, target=draft, success=False, detail=str(refusal))
        except CorrectionRefused as barred:
            record(EventKind.IMPORT, request, target=draft, success=False, detail=str(barred))
            messages.error(request, str(barred))
            return redirect("intake:import_page", pk)
    is_plan = isinstance(proof.draft, PlanDraft)
    plan = _plan(draft, proof.revises)
    context = {
        "draft": draft, "proof": proof, "counts": counts_of(proof.draft), "refusal": refusal, "revised": plan,
        "is_plan": is_plan, "errors": proof.draft.errors, "scan": scan_view(draft, proof),
        "new_offices": DraftOffices(draft.organization, proof).new_names(proof.draft) if is_plan else {},
        "similar": [] if proof.revises or not is_plan else similar_plans(draft, proof),
        "fates": fates(comparison(plan, proof)) if plan else None,
    }  # fmt: skip
    return render(request, "intake/import_confirm.html", context)


def _after(loaded, user):
    """Go on to what a new plan asks next: what its items carry on from last year, where there was a plan."""
    if not loaded.plan:
        return redirect("intake:import_list")
    asks = loaded.plan.kind != Plan.Kind.SPECIAL and loaded.plan.items.unanswered().exists()
    page = "plan_predecessors" if asks and earlier_items(user, loaded.plan).exists() else "plan_board"
    return redirect(f"boards:{page}", loaded.plan.pk)


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def import_revision(request, pk):
    """Compare with the plan revised, item by item; choose that plan, or change which item is which."""
    draft = _draft(request, pk)
    if request.method == "POST":
        return _choose(request, draft)
    proof = keeping.proof_of(draft)
    is_plan = isinstance(proof.draft, PlanDraft)
    plan = _plan(draft, proof.revises)
    rows = _rows(comparison(plan, proof), request.GET.get("match")) if plan else []
    context = {
        "draft": draft, "proof": proof, "plan": plan, "rows": rows, "fates": fates([row["pair"] for row in rows]),
        "plans": draft.organization.plans.all() if is_plan else [], "similar": similar_plans(draft, proof) if is_plan else [],
        "olds": old_items(plan) if plan else [],
    }  # fmt: skip
    return render(request, "intake/import_revision.html", context)


def _choose(request, draft):
    """Keep the plan chosen, or the item chosen for one of the document's."""
    if "plan" in request.POST:
        form = RevisedForm(request.POST, user=request.user, organization=draft.organization)
        valid = form.is_valid()
        plan = form.cleaned_data.get("plan") if valid else None
        name, values = "set_revised", {"plan": plan.pk if plan else None}
    else:
        name, values = (
            "set_match",
            {"key": request.POST.get("key", "")[:200], "old": _offered(draft, request.POST.get("old", ""))},
        )
        valid = values["old"] is not None
    try:
        if not valid:
            raise CorrectionRefused("请选择列出的计划或事项。")
        keeping.change(
            draft, name, values, seen_version=seen_version(request.POST), by=request.user, now=timezone.now()
        )
    except CorrectionRefused as barred:
        messages.error(request, str(barred))
    return redirect("intake:import_revision", draft.pk)


def _offered(draft, old):
    """Return the id of the item chosen, 0 for none; None where the page did not offer it."""
    plan = _plan(draft, keeping.proof_of(draft).revises)
    offered = {str(pk) for pk in plan.items.values_list("pk", flat=True)} if plan else set()
    return int(old) if old in {"0", *offered} else None


def _rows(pairs, opened):
    """The rows as shown, what changes first; the first of each fate carries its name, to be jumped to."""
    order = list(LABELS)
    rows, named = [_shown(pair) for pair in sorted(pairs, key=lambda pair: order.index(pair.fate))], set()
    for number, row in enumerate(rows, start=1):
        row["id"] = f"row-{number}" if row["fate"] in named else row["fate"]
        named.add(row["fate"])
        row["is_open"] = row["pair"].new is not None and opened == str(row["pair"].new.index)
    return rows


def _shown(pair):
    """A row of the comparison as the page shows it: texts with what changed marked, other fields old → new."""
    row = {"pair": pair, "fate": pair.fate.value, "label": LABELS[pair.fate], "fields": []}
    if pair.fate is Fate.CHANGED:
        row["title"], row["body"] = marked(pair.old.title, pair.new.title), marked(pair.old.body, pair.new.body)
        row["fields"] = [(FIELDS[name], *_values(pair, name)) for name in pair.changes if name in FIELDS]
        row["only_fields"] = not {"title", "body"} & set(pair.changes)
    return row


def _values(pair, name):
    if name == "resumed":
        return "已取消", "推进中"
    if name == "offices":
        roles = dict(ROLES)
        return [
            "、".join(f"{office}（{roles[role]}）" for office, role in side.offices) for side in (pair.old, pair.new)
        ]
    if name == "milestones":
        return ["；".join(_milestone(*one) for one in side.milestones) or "无" for side in (pair.old, pair.new)]
    values = [side.section if name == "section" else side.values[name] for side in (pair.old, pair.new)]
    return [str(value or "无") for value in values]


def _milestone(what, words, due_on):
    return f"{day_words(due_on) if due_on else words} {what}"


def fates(pairs):
    """Return how many items are changed, added, removed, unchanged: pairs of label and number."""
    counted = Counter(pair.fate for pair in pairs)
    return [(fate.value, label, counted[fate]) for fate, label in LABELS.items()]


def _plan(draft, pk):
    return Plan.objects.filter(organization=draft.organization, pk=pk).first() if pk else None


def _draft(request, pk):
    drafts = ImportDraft.objects.visible_to(request.user).select_related("organization", "source")
    return get_object_or_404(drafts.defer("content", "text"), pk=pk)
