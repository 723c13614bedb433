"""Offices, and which of them answers for which item, as workbooks: what there is is changed, what is new is added."""

from django.core.exceptions import ValidationError

from . import access
from .item_part_resources import ItemPartResource
from .models import Assignment, Office, Organization
from .resources import SEPARATOR, PlanBook
from .sheet_resources import ID_HEADING, SheetResource, TextField, id_field, model_field
from .sheet_text import as_text

YES, NO = ("是", "√", "true", "1"), ("否", "×", "false", "0")


def parse_choice(choices, what):
    """Return what reads a label of `choices`. It raises ValidationError with the labels there are."""

    def parse(value):
        text = as_text(value).strip()
        found = [key for key, label in choices.choices if text in (label, label.partition("（")[0])]
        if not found:
            raise ValidationError(f"{what}“{text}”不认识。可填：{'、'.join(choices.labels)}。", code="unknown")
        return found[0]

    return parse


def parse_flag(value) -> bool:
    """Return 是 or 否. Raises ValidationError for anything else, blank too."""
    text = as_text(value).strip().lower()
    if text not in YES + NO:
        raise ValidationError(f"“{text}”不认识，请填“是”或“否”。", code="invalid")
    return text in YES


def parse_position(value) -> int:
    """Return a whole number; blank is 0. Raises ValidationError."""
    text = as_text(value).strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise ValidationError(f"“{text}”不是整数，请填 1、2、3 这样的数字。", code="invalid")
    return int(text)


def parse_aliases(value) -> list[str]:
    """Return the names in a cell, each once."""
    return list(dict.fromkeys(name.strip() for name in SEPARATOR.split(as_text(value)) if name.strip()))


def label_of(choices):
    """Return what shows a choice as its label."""
    return lambda value: choices(value).label if value else ""


class OfficeResource(SheetResource):
    """科室: names, aliases and order; a new one belongs to the 单位 named in its row, or to the only one its writer keeps."""

    id = id_field()
    organization = TextField("organization__name", "单位", readonly=True)
    name = model_field(Office, "name")
    aliases = model_field(Office, "aliases", parse=parse_aliases, show=lambda names: "、".join(names or ()))
    kind = model_field(Office, "kind", parse=parse_choice(Office.Kind, "类别"), show=label_of(Office.Kind))
    position = model_field(Office, "position", parse=parse_position)
    is_active = model_field(Office, "is_active", parse=parse_flag, show=lambda value: "是" if value else "否")

    context_fields = ("organization",)

    class Meta(SheetResource.Meta):
        model = Office
        fields = ("id", "organization", "name", "aliases", "kind", "position", "is_active")

    def with_related(self, queryset):
        """Bring the organization along."""
        return queryset.select_related("organization")

    def init_instance(self, row=None):
        """Begin a new office, where the system id is blank."""
        if as_text(row.get(ID_HEADING)).strip():
            return super().init_instance(row)
        heading = self.fields["organization"].column_name
        told = as_text(row.get(heading)).strip()
        kept = [
            organization
            for organization in Organization.objects.visible_to(self.user)
            if access.refusal(self.user, "import", Office, Office(organization=organization)) is None
        ]
        meant = [organization for organization in kept if told in ("", organization.name, *organization.aliases)]
        if len(meant) != 1:
            raise ValidationError({heading: f"不知道“{told}”是哪个单位。可填：{'、'.join(map(str, kept))}。"})
        return Office(organization=meant[0])


class AssignmentResource(ItemPartResource):
    """责任分工: one row for each office of each item."""

    office = model_field(Assignment, "office", attribute="office_name")
    role = model_field(Assignment, "role", parse=parse_choice(Assignment.Role, "分工"), show=label_of(Assignment.Role))
    position = model_field(Assignment, "position", parse=parse_position)

    part = "分工"

    class Meta(SheetResource.Meta):
        model = Assignment
        fields = ("id", "plan", "number", "item", "office", "role", "position")

    def __init__(self, user=None, now=None, **kwargs):
        super().__init__(user, now, **kwargs)
        self.books: dict[int, PlanBook] = {}

    def with_related(self, queryset):
        """Bring the office along too."""
        return super().with_related(queryset).select_related("item__plan__organization", "office")

    def export_resource(self, instance, selected_fields=None, **kwargs):
        """Write a row, the office by its name."""
        instance.office_name = instance.office.name
        return super().export_resource(instance, selected_fields, **kwargs)

    def after_init_instance(self, instance, new, row, **kwargs):
        """Refuse rows in disorder; give the row its office's name to compare."""
        instance.office_name = instance.office.name if instance.office_id else ""
        super().after_init_instance(instance, new, row, **kwargs)

    def import_instance(self, instance, row, **kwargs):
        """Read the cells, then find the office they name."""
        errors = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as problem:
            errors = problem.error_dict
        try:
            office = self._book(instance.item.plan).office(instance.office_name)
            instance.office, instance.office_name = office, office.name
        except ValidationError as problem:
            errors["office_name"] = problem
        if errors:
            raise ValidationError(errors)

    def _book(self, plan) -> PlanBook:
        if plan.pk not in self.books:
            self.books[plan.pk] = PlanBook(plan)
        return self.books[plan.pk]
