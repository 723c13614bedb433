"""What every workbook of parts of items has in common: the item each row is about."""

from django.core.exceptions import ValidationError

from . import access
from .models import Item, Plan
from .sheet_resources import ID_HEADING, SheetResource, TextField, id_field
from .sheet_text import as_text


class ItemPartResource(SheetResource):
    """What belongs to an item: a new row names the item by its plan, number and title."""

    part = ""  # what its rows are called

    id = id_field()
    plan = TextField("item__plan__title", str(Item._meta.get_field("plan").verbose_name), readonly=True)
    number = TextField("item__number", str(Item._meta.get_field("number").verbose_name), readonly=True)
    item = TextField("item__title", "工作事项", readonly=True)

    context_fields = ("plan", "number", "item")

    def __init__(self, user=None, now=None, **kwargs):
        super().__init__(user, now, **kwargs)
        self.items: dict[str, dict] = {}  # title of a plan -> (number, title) -> items

    def with_related(self, queryset):
        """Bring the item and its plan along, in the order of the plan."""
        return queryset.select_related("item__plan__organization").order_by(
            "item__plan", "item__position", "position", "pk"
        )

    def init_instance(self, row=None):
        """Begin a new row of the item named, where the system id is blank."""
        if as_text(row.get(ID_HEADING)).strip():
            return super().init_instance(row)
        plan, number, title = (as_text(row.get(self.fields[name].column_name)).strip() for name in self.context_fields)
        found = self._items_of(plan).get((number, title), [])
        if len(found) != 1:
            problem = "有几个编号和标题都相同的事项" if found else "没有您能修改的这个事项"
            told = f"{problem}：“{plan}”{number}“{title}”。请照“工作事项”中的计划、编号和标题填写；修改已有的{self.part}请保留系统编号。"
            raise ValidationError({self.fields["item"].column_name: told})
        return self._meta.model(item=found[0])

    def _items_of(self, title) -> dict:
        if title not in self.items:
            found: dict = {}
            plans = Plan.objects.visible_to(self.user).filter(title=title).select_related("organization")
            for plan in plans:
                if access.refusal(self.user, "change", Plan, plan) is None:
                    for item in plan.items.select_related("plan__organization"):
                        found.setdefault((item.number, item.title), []).append(item)
            self.items[title] = found
        return self.items[title]

    def do_instance_save(self, instance, is_create):
        """Save with history under the importer's name."""
        self.sign(instance)
        super().do_instance_save(instance, is_create)
