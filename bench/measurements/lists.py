"""The admin's list of reports, ours and as Django has it."""

from django.contrib import admin
from django.test import RequestFactory

from bench.registry import Case, Reach, measurement
from bench.stage import ADMIN, CITY, Stage, get, page_figures
from tracking.admin.report import ReportAdmin
from tracking.models import Report

PATH = "/admin/tracking/report/"
ROW = f"{PATH}#/change/"
REACH = Reach(growth=2, times_faster=20)
FLOOR = "the same page at the smallest size (see × smallest)"


class Stock(admin.ModelAdmin):
    """The same list with the settings Django has: counts, icontains, the model's ordering."""

    list_display = ["item_text", "office_text", "period", "completion_percent", "status", "saved_at"]
    list_filter = ["status"]
    list_select_related = ["item__plan", "office", "period"]
    search_fields = ["item__number", "item__title", "progress", "difficulties", "next_steps"]
    list_per_page = ReportAdmin.list_per_page
    ordering = ["-period__as_of", "item__plan", "item__position"]

    def item_text(self, report):
        """The item."""
        return str(report.item)

    def office_text(self, report):
        """Its office."""
        return str(report.office)


def stock(stage, query):
    """Return a callable that renders the list of `Stock`."""
    site = admin.AdminSite()
    listing = Stock(Report, site)

    def ask():
        request = RequestFactory().get(PATH + query)
        request.user = stage.user(ADMIN)
        listing.changelist_view(request).render()

    return ask


def listed(stage: Stage, query: str, person=CITY, least: int = 1) -> Case:
    """Measure the list of `least` reports or more for someone who reads everything."""
    client = stage.client(stage.user(person))
    path = PATH + query
    return Case(get(client, path, ROW, least), stock=stock(stage, query), figures=lambda: page_figures(client, path))


@measurement(title="admin list of reports, first page", floor=FLOOR, reach=REACH)
def list_first(stage):
    """Nothing asked for."""
    return listed(stage, "")


@measurement(title="admin list, search of 双减", floor=FLOOR, reach=REACH)
def list_search(stage):
    """Two characters that many reports hold."""
    return listed(stage, "?q=双减")


@measurement(title="admin list, search of a name nobody has", floor=FLOOR, reach=REACH)
def list_search_none(stage):
    """Two characters that no report holds."""
    return listed(stage, "?q=饕餮", least=0)


@measurement(title="admin list, filter by state", floor=FLOOR, reach=REACH)
def list_status(stage):
    """A state that few reports are in."""
    return listed(stage, "?status__exact=bureau_review")


@measurement(title="admin list, filter by period", floor=FLOOR, reach=Reach(growth=2))
def list_period(stage):
    """One period of the first organization."""
    client = stage.client(stage.user(CITY))
    path = f"{PATH}?period__id__exact={stage.period.pk}"
    return Case(get(client, path, ROW, 1), figures=lambda: page_figures(client, path))


@measurement(title="admin list, filter by plan", floor=FLOOR, reach=Reach(growth=2))
def list_plan(stage):
    """One plan."""
    client = stage.client(stage.user(CITY))
    path = f"{PATH}?item__plan__id__exact={stage.plan.pk}"
    return Case(get(client, path, ROW, 1), figures=lambda: page_figures(client, path))


@measurement(title="admin list, filter by office", floor=FLOOR, reach=Reach(growth=2))
def list_office(stage):
    """One office: ten years of its items."""
    client = stage.client(stage.user(CITY))
    path = f"{PATH}?office__id__exact=2"
    return Case(get(client, path, ROW, 1), figures=lambda: page_figures(client, path))


@measurement(title="admin list of reports, supervisor of one organization", floor=FLOOR, reach=Reach(growth=2))
def list_own(stage):
    """The first page of someone who reads one organization."""
    client = stage.client(stage.user())
    return Case(get(client, PATH, ROW, 1), figures=lambda: page_figures(client, PATH))
