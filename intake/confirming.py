"""Confirming an import: a corrected draft becomes a plan, a new version of a plan, or a letter's reports, all or nothing."""

from django.db import transaction

from tracking.periods.owing import follow
from tracking.periods.periods import fill_open_periods
from workplans.history import Origin, came_from
from workplans.loading import Loaded, refuse
from workplans.models import Item, Office, Plan

from .feedback import load
from .keeping import locked, proof_of, upload_of
from .revising import revise


@came_from(Origin.IMPORT)
@transaction.atomic
def confirm(draft, *, seen_version, by, now) -> Loaded:
    """Store a draft. Raises PermissionDenied, CorrectionRefused (not what the user saw) or NotLoadable (with the problem)."""
    stored = locked(draft, seen_version, by)
    proof = proof_of(stored)
    upload = upload_of(stored, proof)
    _add_aliases(stored.organization, proof.aliases)
    if proof.revises:
        plan = Plan.objects.filter(organization=stored.organization, pk=proof.revises).first()
        if plan is None:
            refuse("要修订的计划已经不在了。", "请重新选择，或作为新计划导入。", stored.title)
        before = set(plan.items.values_list("pk", "reporting_office"))
        loaded = revise(plan, proof, upload, by=by, now=now)
        moved = set(plan.items.values_list("pk", "reporting_office")) - before
        follow(Item.objects.filter(pk__in=[pk for pk, _office in moved]), by=by, now=now)
        fill_open_periods(stored.organization, by=by, now=now)
    else:
        loaded = load(proof.draft, upload, now=now, organization_name=stored.organization.name, by=by)
    if loaded.source.organization_id != stored.organization_id:
        refuse(
            "有两个名称相近的单位，不能确定这份文件属于哪一个。",
            "请系统管理员核对单位的名称和别名。",
            stored.organization.name,
        )
    stored.confirmed_at, stored.source = now, loaded.source
    stored.save(update_fields=["confirmed_at", "source"])
    return loaded


def _add_aliases(organization, aliases):
    """Keep what was said about names, so that the next document needs no saying."""
    offices = {
        office.name: office for office in Office.objects.filter(organization=organization, name__in=aliases.values())
    }
    for name, office_name in aliases.items():
        office = offices.get(office_name)
        if office and not office.called(name):
            office.aliases = [*office.aliases, name]
            office.save(update_fields=["aliases"])
