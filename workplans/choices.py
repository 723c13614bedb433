"""Choices of whoever reads several organizations: an office is offered under the name of its organization, never as one
of four 办公室 that look alike.

A row belongs to the organization its model's `organization_path` leads to; people have none and are told by user name.
"""

from itertools import groupby

from django import forms
from django.forms.models import ModelChoiceIterator

from . import access
from .people import name_of


def belongs_somewhere(model) -> bool:
    """Say whether rows of `model` belong to an organization, and are not one."""
    return getattr(model, "organization_path", "pk") != "pk"


def reads_several(user) -> bool:
    """Say whether `user` may meet rows of more than one organization."""
    held = access.standing(user)
    return held.is_superuser or len(held.organizations) > 1


def with_organization(queryset):
    """Bring each row's organization along, those of one together."""
    path = queryset.model.organization_path.removesuffix("_id")
    ordered = queryset.order_by(f"{path}__name", path, *queryset.model._meta.ordering)
    return ordered.select_related(path)


def organization_of(row):
    """Return the organization of a row that came by `with_organization`."""
    for name in type(row).organization_path.removesuffix("_id").split("__"):
        row = getattr(row, name)
    return row


class BureauChoiceIterator(ModelChoiceIterator):
    """The choices under the names of their organizations, where there are several."""

    def __iter__(self):
        """Yield the empty choice, then a group for each organization; plain choices where there is only one."""
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups = [(key, list(rows)) for key, rows in groupby(with_organization(self.queryset), key=organization_of)]
        for organization, rows in groups:
            choices = [self.choice(row) for row in rows]
            yield from [(str(organization), choices)] if len(groups) > 1 else choices


class BureauChoiceField(forms.ModelChoiceField):
    """One row of those of several organizations."""

    iterator = BureauChoiceIterator


class PersonChoiceField(forms.ModelChoiceField):
    """One of the users, by name and user name: two people may have the same name."""

    def label_from_instance(self, user):
        """Return 张伟（zhangwei）."""
        name, login = name_of(user), user.get_username()
        return f"{name}（{login}）" if name != login else login


def told_apart(rows) -> list[tuple[object, str]]:
    """Return (row, text) of rows that came by `with_organization`; the organization stands first where there are several."""
    found = [(row, organization_of(row)) for row in rows]
    if len({organization.pk for _row, organization in found}) < 2:
        return [(row, str(row)) for row, _organization in found]
    return [(row, f"{organization}　{row}") for row, organization in found]
