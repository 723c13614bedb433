"""Where a reader stands: which organization, year and period a dashboard is about, read from its address."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404

from tracking.models import Period
from tracking.periods.periods import latest_opened
from tracking.setting_up.first_steps import next_step
from workplans import access
from workplans.models import Item, Organization, Plan


@dataclass(frozen=True)
class Vantage:
    """The choice made and the choices there are; `periods` are the year's, `every` all years', the oldest first."""

    user: object
    organizations: list[Organization]
    organization: Organization | None
    years: list[int]
    year: int | None
    periods: list[Period]
    period: Period | None
    every: list[Period]
    today: date

    @cached_property
    def plans(self) -> dict[int, Plan]:
        """The issued plans the period is about (of the whole year while there is none), by id; one query."""
        if self.organization is None:
            return {}
        plans = Plan.objects.visible_to(self.user).filter(organization=self.organization)
        plans = plans.exclude(status=Plan.Status.DRAFT)
        if self.period:
            plans = plans.filter(start_on__lte=self.period.as_of, end_on__gte=self.period.as_of)
        else:
            plans = plans.filter(year=self.year)
        return {plan.pk: plan for plan in plans.order_by("pk")}

    def items(self):
        """Return the Item queryset of these plans."""
        return Item.objects.visible_to(self.user).filter(plan__in=list(self.plans))

    @cached_property
    def next_step(self):
        """What an empty page about this organization says comes next."""
        return next_step(self.user, self.organization, self.today)

    @property
    def previous(self) -> Period | None:
        """The period before the chosen one, None where it is the year's first."""
        earlier = [period for period in self.periods if self.period and period.as_of < self.period.as_of]
        return earlier[-1] if earlier else None

    @property
    def compares_offices(self) -> bool:
        """Say whether the page that sets offices side by side is turned on."""
        return settings.OFFICE_COMPARISON

    @property
    def query(self) -> str:
        """The choice as a query string, for links to other pages about the same."""
        return urlencode(self.choice)

    @property
    def choice(self) -> dict[str, int]:
        """The choice by the names of the address."""
        values = {"organization": self.organization, "year": self.year, "period": self.period}
        return {name: getattr(value, "pk", value) for name, value in values.items() if value}


def vantage(params, user, today: date, only: Organization | None = None) -> Vantage:
    """Read organization, year and period from GET parameters; two queries. What is not the user's answers 404.

    A page about one organization the user reads hands it in as `only`.
    """
    organizations = [only] if only else list(Organization.objects.visible_to(user))
    own = access.standing(user).supervised | access.standing(user).led
    organizations.sort(key=lambda each: each.pk not in own)
    organization = _chosen(organizations, params.get("organization", ""), "没有这个单位。")
    every = _periods(organization)
    latest = latest_opened(every, today)
    wanted = next((period for period in every if str(period.pk) == params.get("period", "")), None)
    if params.get("period") and wanted is None:
        raise Http404("没有这个填报期。")
    years = sorted({period.year for period in every} | ({today.year} if not every else set()), reverse=True)
    year = _year(params.get("year", ""), years, (wanted or latest).year if wanted or latest else today.year)
    periods = [period for period in every if period.year == year]
    if wanted is None or wanted.year != year:
        wanted = latest_opened(periods, today)
    return Vantage(user, organizations, organization, years, year, periods, wanted, every, today)


def last_place(params, user, today: date) -> Vantage:
    """Read the same for a page that is about more than one place, only so that its tabs lead back to where one was.

    What cannot be stood on is left out of the links instead of answering 404.
    """
    try:
        return vantage(params, user, today)
    except Http404:
        return vantage({}, user, today)


def _periods(organization) -> list[Period]:
    if organization is None:
        return []
    return list(Period.objects.filter(organization=organization).order_by("as_of", "pk"))


def _chosen(choices, value, missing):
    if not value:
        return choices[0] if choices else None
    found = next((choice for choice in choices if str(choice.pk) == value), None)
    if found is None:
        raise Http404(missing)
    return found


def _year(value, years, default):
    if not value:
        return default
    if value not in map(str, years):
        raise Http404("这一年度没有填报期。")
    return int(value)
