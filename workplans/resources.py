"""Items with their offices as a workbook: changes those there are, and adds new ones to a plan named in the row."""

import re

from django.core.exceptions import ValidationError
from django.db.models import Max, Prefetch

from importer.drafts.drafts import FROM_DOCUMENT

from . import access
from .models import Assignment, Item, Office, Plan
from .sheet_resources import ID_HEADING, SheetResource, TextField, id_field, model_field
from .sheet_text import as_text, same_text

SEPARATOR = re.compile(r"[、，,;；\n]+")
ROLES = (Assignment.Role.LEAD, Assignment.Role.RESPONSIBLE, Assignment.Role.SUPPORT)
NAMES = {role: f"{role.value}_names" for role in ROLES}  # attributes an item wears during import and export


class StatusField(TextField):
    """The status, which a workbook shows and cannot change: that takes a verb with its reason."""

    def save(self, instance, row, is_m2m=False, **kwargs):
        """Refuse another status than the item has."""
        told, stored = as_text(row.get(self.column_name)).strip(), instance.get_status_display()
        if told and told != stored:
            raise ValidationError(
                f"状态是“{stored}”，不能在表格中改。办结、暂缓、恢复、取消、结转请在事项页面办理，并写明原因。"
            )


def parse_names(value) -> tuple[str, ...]:
    """Return the names in a cell, divided by 、 or a comma."""
    return tuple(name.strip() for name in SEPARATOR.split(as_text(value)) if name.strip())


class PlanBook:
    """What can be named in rows of one plan: its sections, the offices of its organization, its items."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.sections = list(plan.sections.all())
        self.offices = list(Office.objects.filter(organization_id=plan.organization_id))
        self.items = set(plan.items.values_list("number", "title"))
        self.last_position = plan.items.aggregate(last=Max("position"))["last"] or 0

    def section(self, name: str):
        """Return the section called so. Raises ValidationError."""
        for section in self.sections:
            if name and name in (str(section), section.title):
                return section
        names = "、".join(str(section) for section in self.sections)
        raise ValidationError(f"“{self.plan}”没有板块“{name}”。可填：{names}。", code="unknown")

    def office(self, name: str) -> Office:
        """Return the office called so, its short names included. Raises ValidationError."""
        for office in self.offices:
            if office.called(name):
                return office
        names = "、".join(office.name for office in self.offices)
        raise ValidationError(
            f"“{name}”不是{self.plan.organization}的科室。本单位科室：{names}。"
            "请改成其中之一，或者先在“科室”中添加，或把它写进某个科室的“别名”。",
            code="unknown",
        )


class ItemResource(SheetResource):
    """工作事项 with 牵头, 责任 and 配合 offices as lists of names."""

    id = id_field()
    plan = TextField("plan__title", str(Item._meta.get_field("plan").verbose_name), readonly=True)
    section = model_field(Item, "section", attribute="section_name")
    position = model_field(Item, "position", readonly=True)
    status = StatusField(
        "status",
        str(Item._meta.get_field("status").verbose_name),
        show=lambda value: Item.Status(value).label if value else "",
    )
    reporting_office = model_field(Item, "reporting_office", attribute="reporting_name")
    lead, responsible, support = (
        TextField(NAMES[role], f"{role.label}科室", parse=parse_names, show=lambda names: "、".join(names or ()))
        for role in ROLES
    )

    context_fields = ("plan",)

    class Meta(SheetResource.Meta):
        model = Item
        fields = (
            "id",
            "plan",
            "section",
            "position",
            *(field.name for field in FROM_DOCUMENT),
            "status",
            "lead",
            "responsible",
            "support",
            "reporting_office",
        )

    def __init__(self, user=None, now=None, **kwargs):
        super().__init__(user, now, **kwargs)
        self.books = {}

    def with_related(self, queryset):
        """Bring plan, section and offices along."""
        assignments = Assignment.objects.select_related("office").order_by("position", "pk")
        return queryset.select_related("plan__organization", "section", "reporting_office").prefetch_related(
            Prefetch("assignments", assignments)
        )

    # --- an item and its names ---------------------------------------------------------------------------

    def export_resource(self, instance, selected_fields=None, **kwargs):
        """Write an item."""
        describe(instance)
        return super().export_resource(instance, selected_fields, **kwargs)

    def init_instance(self, row=None):
        """Begin a new item of the plan named in the row, where the system id is blank."""
        if as_text(row.get(ID_HEADING)).strip():
            return super().init_instance(row)
        heading = self.fields["plan"].column_name
        title = as_text(row.get(heading)).strip()
        plans = [
            plan
            for plan in Plan.objects.visible_to(self.user).filter(title=title).select_related("organization")
            if access.refusal(self.user, "change", Plan, plan) is None
        ]
        if len(plans) != 1:
            problem = "有几份同名的工作计划" if plans else "没有您能修改的这份工作计划"
            raise ValidationError(
                {heading: f"{problem}：“{title}”。请照“工作计划”中的标题填写；修改已有事项请保留系统编号。"}
            )
        book = self.book(plans[0])
        return Item(plan=book.plan, position=book.last_position + 1)

    def after_init_instance(self, instance, new, row, **kwargs):
        """Refuse rows in disorder, and give the item its names to compare."""
        super().after_init_instance(instance, new, row, **kwargs)
        describe(instance)

    def book(self, plan: Plan) -> PlanBook:
        """Return what can be named in rows of `plan`, read once."""
        if plan.pk not in self.books:
            self.books[plan.pk] = PlanBook(plan)
        return self.books[plan.pk]

    # --- a row -------------------------------------------------------------------------------------------

    def import_instance(self, instance, row, **kwargs):
        """Read the cells, then find the section and the offices they name."""
        errors = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as problem:
            errors = problem.error_dict
        for name, resolve in self._resolvers().items():
            try:
                if name not in errors:
                    resolve(instance, self.book(instance.plan))
            except ValidationError as problem:
                errors[name] = problem
        if (
            not errors
            and instance._state.adding
            and (instance.number, instance.title) in self.book(instance.plan).items
        ):
            errors["title"] = ValidationError("这份计划里已有编号和标题都相同的事项。修改已有事项请保留系统编号。")
        if errors:
            raise ValidationError(errors)

    def _resolvers(self):
        """Return attribute → what finds the record it names, in the order in which they depend on each other."""
        offices = {NAMES[role]: lambda item, book, role=role: resolve_offices(item, book, role) for role in ROLES}
        return {"section_name": resolve_section, **offices, "reporting_name": resolve_reporting}

    def do_instance_save(self, instance, is_create):
        """Save the item and its offices, with history under the importer's name."""
        if is_create or own_values(instance) != instance.loaded_values:  # else only its offices changed
            self.sign(instance)
            super().do_instance_save(instance, is_create)
        self._assign(instance)
        if is_create:
            book = self.book(instance.plan)
            book.items.add((instance.number, instance.title))
            book.last_position = instance.position

    def _assign(self, instance):
        """Make the assignments those named, touching only what differs."""
        book = self.book(instance.plan)
        stored = {assignment.office_id: assignment for assignment in instance.assignments.all()}
        if all(names_of(stored.values(), role) == getattr(instance, NAMES[role]) for role in ROLES):
            return
        wanted = [(book.office(name), role) for role in ROLES for name in getattr(instance, NAMES[role])]
        for office_id in stored.keys() - {office.pk for office, _ in wanted}:
            self.sign(stored[office_id])
            stored[office_id].delete()
        for position, (office, role) in enumerate(wanted, start=1):
            assignment = stored.get(office.pk) or Assignment(item=instance, office=office)
            if (assignment.role, assignment.position) != (role, position) or not assignment.pk:
                assignment.role, assignment.position = role, position
                self.sign(assignment)
                assignment.save()


def names_of(assignments, role) -> tuple[str, ...]:
    """Return the names of the offices with `role`."""
    return tuple(assignment.office.name for assignment in assignments if assignment.role == role)


def own_values(item: Item) -> dict:
    """Return what is stored in the item's own row."""
    return {field.attname: getattr(item, field.attname) for field in Item._meta.concrete_fields}


def describe(item: Item) -> None:
    """Give an item the names its row shows, as attributes."""
    item.loaded_values = own_values(item)
    assignments = list(item.assignments.all()) if item.pk else []
    item.section_name = str(item.section) if item.section_id else ""
    item.reporting_name = item.reporting_office.name if item.reporting_office_id else ""
    for role in ROLES:
        setattr(item, NAMES[role], names_of(assignments, role))


def resolve_section(item: Item, book: PlanBook) -> None:
    """Put the item into the section its row names."""
    if not (item.section_id and same_text(item.section_name, str(item.section))):
        item.section = book.section(item.section_name)
        item.section_name = str(item.section)


def resolve_offices(item: Item, book: PlanBook, role) -> None:
    """Replace the names of one role by the offices' own names, each once."""
    names = []
    for name in getattr(item, NAMES[role]):
        office = book.office(name)
        before = [other for other in ROLES[: ROLES.index(role)] if office.name in getattr(item, NAMES[other])]
        if office.name in names or before:
            raise ValidationError(f"“{office.name}”出现了两次，同一事项中一个科室只能有一种分工。", code="twice")
        names.append(office.name)
    setattr(item, NAMES[role], tuple(names))


def resolve_reporting(item: Item, book: PlanBook) -> None:
    """Find the reporting office; a new item's is its first lead, else its first responsible office."""
    if not item.reporting_name and item._state.adding:
        named = getattr(item, NAMES[Assignment.Role.LEAD]) or getattr(item, NAMES[Assignment.Role.RESPONSIBLE])
        item.reporting_name = named[0] if named else ""
    item.reporting_office = book.office(item.reporting_name) if item.reporting_name else None
    item.reporting_name = item.reporting_office.name if item.reporting_office else ""
