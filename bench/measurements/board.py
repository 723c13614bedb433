"""Pages about one plan and one period."""

from django.urls import reverse

from bench.registry import Case, Reach, measurement
from bench.shape import ITEMS
from bench.stage import Stage, get, page_figures

FLOOR = "the same rows by hand-written SQL through psycopg2 / sqlite3, and an empty base page"
BOARD_ROWS = """
    SELECT i.id, i.number, i.level2, i.title, i.body, i.deadline, i.status, s.position, s.title, o.name, r.id,
           r.completion_percent, r.progress, r.difficulties, r.next_steps, r.status, r.saved_at, r.submitted_at
    FROM workplans_item i JOIN workplans_section s ON s.id = i.section_id
    LEFT JOIN workplans_office o ON o.id = i.reporting_office_id
    LEFT JOIN tracking_report r ON r.item_id = i.id AND r.period_id = %s
    WHERE i.plan_id = %s ORDER BY i.position"""
OFFICES = """
    SELECT a.item_id, a.role, o.name FROM workplans_assignment a JOIN workplans_office o ON o.id = a.office_id
    WHERE a.item_id IN (SELECT id FROM workplans_item WHERE plan_id = %s) ORDER BY a.item_id, a.position"""
PARTS = """
    SELECT t.report_id, t.progress, t.difficulties, t.next_steps, k.title FROM tracking_taskreport t
    JOIN workplans_task k ON k.id = t.task_id JOIN tracking_report r ON r.id = t.report_id
    WHERE r.period_id = %s ORDER BY t.report_id, k.position"""
TRENDS = """
    SELECT r.item_id, r.period_id, r.completion_percent, r.saved_at FROM tracking_report r
    WHERE r.item_id IN (SELECT id FROM workplans_item WHERE plan_id = %s)"""


@measurement(
    title="plan board, 40 items",
    floor=FLOOR,
    reach=Reach(times_floor=3, growth=1.3, limits={"queries": 12, "KiB": 60}),
)
def board(stage: Stage) -> Case:
    """The whole page of one plan in one period, asked for by its supervisor."""
    client, path = stage.client(stage.user()), reverse("boards:plan_board", args=[stage.plan.pk])
    empty = get(client, "/bench/empty/")

    def floor():
        stage.fetch(BOARD_ROWS, [stage.period.pk, stage.plan.pk])
        stage.fetch(OFFICES, [stage.plan.pk])
        stage.fetch(PARTS, [stage.period.pk])
        stage.fetch(TRENDS, [stage.plan.pk])
        empty()

    return Case(get(client, path, "/items/#/", ITEMS), floor, figures=lambda: page_figures(client, path))
