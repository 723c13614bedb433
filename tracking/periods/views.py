"""Pages of periods: the list, a year's series, one period, archiving, reopening for an office."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from tracking.models import Period
from workplans import access
from workplans.ids import whole_number
from workplans.steps import post_only

from .due_dates import current_calendar, movable_periods, new_due_dates
from .missing import office_counts, with_counts
from .period_forms import SUGGESTED, OrganizationForm, PeriodRows, ReopeningForm, SeriesForm, rows_of
from .periods import WrongStatus, move_period, open_period, reopen_for_office
from .series import Rhythm, existing_labels, store

FORM_METHODS = ("GET", "HEAD", "POST")


def scoped_period(request, pk):
    """Return a period the user reads, with its organization; another answers 404."""
    return get_object_or_404(Period.objects.visible_to(request.user).select_related("organization"), pk=pk)


def _refuse(refused):
    if refused:
        raise PermissionDenied(refused)


def reckoned(periods, calendar) -> set[int]:
    """Return the ids of those of `periods` whose due date follows a rule through a year not announced yet."""
    by_rule = periods.exclude(due_rule="").order_by().values_list("pk", "due_on")
    return {pk for pk, due_on in by_rule if not calendar.is_announced(due_on.year)}


def first_to_open(periods, supervised) -> Period | None:
    """Return the period a bureau begins with, of those in `supervised`: the earliest, while none was ever opened."""
    begun = {period.organization_id for period in periods if period.status != Period.Status.UPCOMING}
    waiting = [each for each in periods if each.organization_id in supervised - begun]
    return min(waiting, key=lambda period: period.as_of, default=None)


@require_safe
def period_list(request):
    """List the periods with how much is owed, reported and missing, the newest first."""
    periods = Period.objects.visible_to(request.user)
    years = list(periods.order_by("-year").values_list("year", flat=True).distinct())
    chosen = whole_number(request.GET.get("year"))
    if chosen in years:
        periods = periods.filter(year=chosen)
    may_add = access.refusal(request.user, "add", Period) is None
    calendar, movable = current_calendar(), movable_periods(request.user, timezone.localdate()) if may_add else ()
    found = with_counts(periods).select_related("organization").order_by("-as_of", "organization", "-pk")
    context = {
        "periods": found,
        "to_open": first_to_open(found, access.standing(request.user).supervised),
        "years": years,
        "chosen": chosen,
        "may_add": may_add,
        "reckoned": reckoned(periods, calendar),
        "to_move": len(new_due_dates(movable, calendar)),
    }
    return render(request, "tracking/period_list.html", context)


@require_http_methods(FORM_METHODS)
def period_new(request):
    """Describe a series (GET), look at what it would make (GET too), store what is ticked (POST)."""
    _refuse(access.refusal(request.user, "add", Period))
    if request.method == "POST":
        return _store_series(request)
    today = timezone.localdate()
    if "rhythm" not in request.GET:
        return _series_page(request, _blank_form(request, today))
    form = SeriesForm(request.GET, user=request.user)
    if not form.is_valid():
        return _series_page(request, form)
    proposals = form.proposals(today)
    existing = existing_labels(form.cleaned_data["organization"])
    context = {
        "rows": PeriodRows(initial=rows_of(proposals, existing)),
        "organization": form.cleaned_data["organization"],
        "skipped": [p.label for p in proposals if p.label in existing],
        "gap": current_calendar().gap([p.due_on for p in proposals]) if form.cleaned_data["rule"] else "",
    }
    return _series_page(request, form, **context)


def _blank_form(request, today):
    initial = {"rhythm": Rhythm.MONTHLY, "year": today.year, "month": today.month, "open_days": 10, "grace_days": 0}
    return SeriesForm(user=request.user, initial=initial)


def _series_page(request, form, **context):
    return render(request, "tracking/period_new.html", {"form": form, "suggested": SUGGESTED} | context)


def _store_series(request):
    whose, rows = OrganizationForm(request.POST, user=request.user), PeriodRows(request.POST)
    if not (whose.is_valid() and rows.is_valid()):
        if organization := whose.cleaned_data.get("organization"):
            return _series_page(request, None, rows=rows, organization=organization)
        return _series_page(request, _blank_form(request, timezone.localdate()))
    made, skipped = store(whose.cleaned_data["organization"], rows.proposals(), by=request.user)
    if made:
        messages.success(request, f"已建立 {len(made)} 个填报期：{'、'.join(map(str, made))}。到开放日期自动开启。")
    if skipped:
        messages.warning(request, f"已有同名的填报期，没有改动：{'、'.join(skipped)}。")
    return redirect("tracking:period_list")


@require_safe
def period_page(request, pk):
    """Show one period: its dates, how far each office is, and what the supervisor can do."""
    period, today = scoped_period(request, pk), timezone.localdate()
    offices = office_counts(period, today)
    context = {
        "period": period,
        "offices": offices,
        "owed": sum(row.owed for row in offices),
        "reported": sum(row.reported for row in offices),
        "missing": sum(row.missing for row in offices),
        "reopenings": period.reopenings.select_related("office", "by"),
        "may_change": access.refusal(request.user, "change", Period, period) is None,
        "is_reckoned": bool(period.due_rule) and not current_calendar().is_announced(period.due_on.year),
        "may_open_again": period.status == Period.Status.CLOSED and period.last_day >= today,
    }
    return render(request, "tracking/period_page.html", context)


def _moved(request, period, step):
    """Take `step`, say what came of it, go back to the period."""
    try:
        messages.success(request, f"填报期“{period}”{step()}")
    except WrongStatus as problem:
        messages.error(request, str(problem))
    return redirect("tracking:period_page", pk=period.pk)


@post_only
def period_open(request, pk):
    """Open a period."""
    period = scoped_period(request, pk)

    def step():
        made = open_period(period, by=request.user, now=timezone.now())
        return f"已开启，新建 {made} 份进展报告。"

    return _moved(request, period, step)


@post_only
def period_close(request, pk):
    """Close a period before its time."""
    period = scoped_period(request, pk)
    return _moved(request, period, lambda: move_period(period, Period.Status.CLOSED, by=request.user) or "已截止。")


@require_http_methods(FORM_METHODS)
def period_archive(request, pk):
    """Ask whether the period shall be archived, then archive it."""
    period = scoped_period(request, pk)
    _refuse(access.refusal(request.user, "change", Period, period))
    if request.method == "POST":
        archived = Period.Status.ARCHIVED
        return _moved(request, period, lambda: move_period(period, archived, by=request.user) or "已归档。")
    counted = with_counts(Period.objects.filter(pk=period.pk)).get()
    return render(request, "tracking/period_archive.html", {"period": period, "counted": counted})


@require_http_methods(FORM_METHODS)
def period_reopen(request, pk):
    """Open a closed period again for one office, with a reason and a last day."""
    period = scoped_period(request, pk)
    _refuse(access.reopens_period(request.user, period))
    form = ReopeningForm(
        request.POST if request.method == "POST" else None,
        initial={"office": request.GET.get("office")},
        period=period,
        today=timezone.localdate(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            count = reopen_for_office(period, **form.cleaned_data, by=request.user, now=timezone.now())
        except WrongStatus as problem:
            form.add_error(None, str(problem))
        else:
            office, until = form.cleaned_data["office"], date_format(form.cleaned_data["until"])
            messages.success(request, f"已对{office}重新开放到{until}，共 {count} 份进展报告。")
            return redirect("tracking:period_page", pk=period.pk)
    return render(request, "tracking/period_reopen.html", {"period": period, "form": form})
