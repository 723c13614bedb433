"""What every workbook import of the admin has in common: scoped rows, Chinese sentences, all or nothing.

django-import-export reads and writes; this says who may, names row, column and value of each problem, and shows
each change as whole cells, old → new.
"""

import logging
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.utils.html import format_html
from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import Error, Result

from workplans.ids import whole_number

from . import access
from .sheet_text import as_text, same_text

logger = logging.getLogger(__name__)

ID_HEADING = "系统编号"
LISTED = 500  # rows of a preview: as many changed ones, and as many left as they are
RELATED_AT_ONCE = (
    500  # rows whose offices, plans and periods are asked for together: SQLite takes no question about more than 1,000
)
ROW_HEADING = "\0row"  # carries the row's number in the file beside its values


class CellWidget(widgets.Widget):
    """One cell: `parse` on the way in (raises ValidationError), `show` on the way out."""

    def __init__(self, parse=None, show=None):
        super().__init__(coerce_to_string=True)
        self.parse, self.show = parse, show

    def clean(self, value, row=None, **kwargs):
        """Return the value a cell means."""
        return self.parse(value) if self.parse else as_text(value).strip()

    def render(self, value, obj=None, **kwargs):
        """Return what a cell shows: numbers and dates as such where the format knows them."""
        if self.show:
            value = self.show(value)
        if kwargs.get("force_native_type"):
            return value
        return as_text(value)


class TextField(fields.Field):
    """A column of text; what comes back looking the same is the same."""

    def __init__(self, attribute, column_name, parse=None, show=None, readonly=False):
        super().__init__(attribute, column_name, widget=CellWidget(parse, show), readonly=readonly)

    def save(self, instance, row, is_m2m=False, **kwargs):
        """Set the attribute, unless only line breaks or invisible characters differ."""
        if self.readonly:
            return
        cleaned, stored = self.clean(row, **kwargs), getattr(instance, self.attribute)
        if looks_same(cleaned, stored):
            return
        setattr(instance, self.attribute, cleaned)


def looks_same(one, other) -> bool:
    """Say whether two texts, or two lists of texts, look the same in a sheet."""
    if isinstance(one, str) and isinstance(other, str):
        return same_text(one, other)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return all(map(looks_same, one, other))
    return False


class WholeCellDiff:
    """The preview of one row: each cell whole, old → new; the stock one mixes the digits of both."""

    def __init__(self, resource, instance, new):
        self.new = new
        self.left = [""] * len(resource.get_import_fields()) if new else self._cells(resource, instance)
        self.right = []

    def compare_with(self, resource, instance):
        """Take the values after the import; what a workbook cannot change is shown as it was."""
        kept = [field.readonly and not self.new for field in resource.get_import_fields()]
        cells = zip(kept, self.left, self._cells(resource, instance), strict=True)
        self.right = [old if keep else new for keep, old, new in cells]

    def as_html(self):
        """Return one piece of markup a cell."""
        return [self._cell(old, new) for old, new in zip(self.left, self.right, strict=True)]

    @staticmethod
    def _cell(old, new):
        if old == new:
            return format_html("{}", new)
        return format_html("<del>{}</del> → <ins>{}</ins>", old or "（空）", new or "（空）")

    @staticmethod
    def _cells(resource, instance):
        return [as_text(field.export(instance)) for field in resource.get_import_fields()]


@dataclass(frozen=True)
class WorkbookProblem:
    """One cell that cannot be imported: where it is, what it holds, and how to mend it."""

    row: int
    heading: str
    value: str
    message: str

    def __str__(self):
        where = f"第 {self.row} 行"
        if self.heading:
            where += f"“{self.heading}”列"
        return f"{where}：{self.message}"


class RowError(Error):
    """A row that failed in a way nobody foresaw; the user learns that, the log learns what."""

    def __init__(self, error, row=None, number=None):
        super().__init__(error, row, number)
        if not isinstance(error, PermissionDenied | ValidationError):
            logger.error("import failed at row %s", number, exc_info=error)

    @property
    def message(self):
        """The sentence shown."""
        if isinstance(self.error, ValidationError):
            return " ".join(self.error.messages)
        if isinstance(self.error, PermissionDenied):
            return str(self.error)
        return "处理这一行时出错，什么也没有导入。请把文件交给系统管理员查看。"


class SheetResult(Result):
    """The outcome of an import with its problems told by row, column and value."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.problems = []
        self.ignored_headings = []
        self.sheets_not_read = ()
        self.unlisted = 0

    def append_row_result(self, row_result):
        """Keep LISTED rows of each kind for the preview, which would be megabytes otherwise."""
        if self.totals[row_result.import_type] <= LISTED:
            super().append_row_result(row_result)
        else:
            self.unlisted += 1

    def append_invalid_row(self, number, row, validation_error):
        """Keep what is wrong in each cell of the row."""
        super().append_invalid_row(number, row, validation_error)
        number = row.get(ROW_HEADING, number + 1)
        errors = getattr(validation_error, "error_dict", None)
        messages = validation_error.message_dict if errors else {NON_FIELD_ERRORS: validation_error.messages}
        for heading, sentences in messages.items():
            told = "" if heading == NON_FIELD_ERRORS else heading
            value = as_text(row.get(heading))[:200]
            self.problems += [WorkbookProblem(number, told, value, sentence) for sentence in sentences]

    def append_error_row(self, number, row, errors):
        """Keep what is wrong with the row."""
        super().append_error_row(number, row, errors)
        number = row.get(ROW_HEADING, number + 1)
        self.problems += [WorkbookProblem(number, "", "", error.message) for error in errors]

    def sentence(self):
        """Say how many rows were read and what becomes of each: the parts add up to the whole."""
        new, changed, same = (self.totals[key] for key in ("new", "update", "skip"))
        refused = self.totals["invalid"] + self.totals["error"]
        return f"读到 {self.total_rows} 行：新增 {new}，修改 {changed}，没有变化 {same}，不能导入 {refused}。"


class ScopedLoader(BaseInstanceLoader):
    """Finds rows by their id among those the user may read, all in one query, what they refer to in pieces."""

    def __init__(self, resource, dataset=None):
        super().__init__(resource, dataset)
        headings = dataset.headers or []
        keys = {resource.row_key(value) for value in dataset[ID_HEADING]} if ID_HEADING in headings else set()
        # Locked, so that a row saved whole cannot undo what somebody else stores meanwhile.
        found = resource.get_queryset().select_for_update(of=("self",)).filter(pk__in=keys - {None})
        self.instances = {instance.pk: instance for instance in found.iterator(chunk_size=RELATED_AT_ONCE)}

    def get_instance(self, row):
        """Return the row's instance or None."""
        try:
            return self.instances.get(self.resource.row_key(row.get(ID_HEADING)))
        except ValueError:
            return None


DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0?0:00(?::00)?)?")


def parse_date(value) -> date | None:
    """Return a cell as a date; None for blank."""
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    text = as_text(value).strip()
    if not text:
        return None
    try:
        return date(*map(int, DATE.fullmatch(text).groups()))
    except (AttributeError, ValueError):
        hint = "请写成 2024-10-31 或 2024年10月31日；不是日期的（如“长期”）写在“时限原文”列。"
        raise ValidationError(f"“{text}”不是日期。{hint}", code="invalid") from None


class SheetResource(resources.ModelResource):
    """Base of the admin's workbook resources. `user` and `now` come from the request."""

    context_fields: tuple[str, ...] = ()  # columns that say which row it is, and must not disagree with it
    required_columns: tuple[str, ...] = (ID_HEADING,)

    class Meta:
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        clean_model_instances = True
        store_instance = True
        instance_loader_class = ScopedLoader
        import_id_fields = ("id",)
        chunk_size = 5000

    def __init__(self, user=None, now=None, **kwargs):
        super().__init__()
        self.user, self.now = user, now
        self.file_name = ""
        self.seen = {}

    # --- which rows --------------------------------------------------------------------------------------

    def get_queryset(self):
        """Return the rows the user may read; nobody sees any without a user."""
        queryset = super().get_queryset()
        return self.with_related(queryset.visible_to(self.user)) if self.user else queryset.none()

    def with_related(self, queryset):
        """Add what a row needs, so that the number of queries does not grow with the rows."""
        return queryset

    def filter_export(self, queryset, **kwargs):
        """Export only what the user may read."""
        return self.with_related(queryset.visible_to(self.user)) if self.user else queryset.none()

    @staticmethod
    def row_key(value):
        """Return the id in a cell, None for blank or for what is no id."""
        return whole_number(as_text(value).strip())

    # --- the file ----------------------------------------------------------------------------------------

    def before_import(self, dataset, **kwargs):
        """Refuse a file whose headings say that it is another table."""
        self.seen, self.listed = {}, {}
        self.file_name = kwargs.get("file_name") or ""
        headings = dataset.headers or []
        missing = [heading for heading in self.required_columns if heading not in headings]
        writable = [f.column_name for f in self.get_import_fields() if not f.readonly]
        if not missing and any(heading in headings for heading in writable):
            return
        dataset.wipe()
        lacking = "、".join(f"“{heading}”" for heading in missing or writable)
        raise ValidationError(
            f"表头中没有{lacking}列，不能导入。请先从本页“导出”得到表格，在其中修改后再导入，表头不要改名。"
        )

    def after_import(self, dataset, result, **kwargs):
        """Say which columns nobody asked for, and which sheets were not read."""
        super().after_import(dataset, result, **kwargs)
        known = {field.column_name for field in self.fields.values()} | {ROW_HEADING, ""}
        result.sheets_not_read = getattr(dataset, "sheets_not_read", ())
        result.ignored_headings = [heading for heading in dataset.headers or [] if heading not in known]

    # --- one row -----------------------------------------------------------------------------------------

    def before_import_row(self, row, **kwargs):
        """Refuse a row that came before."""
        key, number = self.row_key(row.get(ID_HEADING)), row.get(ROW_HEADING, kwargs["row_number"] + 1)
        if key is not None and key in self.seen:
            raise ValidationError({ID_HEADING: f"与第 {self.seen[key]} 行是同一条，请只保留一行。"})
        self.seen[key] = number

    def is_listed(self, row_result) -> bool:
        """Say whether the row stands in the preview (see `SheetResult.append_row_result`)."""
        kind = row_result.import_type
        self.listed[kind] = self.listed.get(kind, 0) + 1
        return self.listed[kind] <= LISTED

    def init_instance(self, row=None):
        """Refuse a row that is none of those the user may read."""
        value = as_text((row or {}).get(ID_HEADING)).strip()
        told = f"没有系统编号为“{value}”的记录，或者不是您单位的。" if value else "缺少系统编号，不知道是哪一条。"
        raise ValidationError({ID_HEADING: f"{told}请从本页重新导出，在导出的表格中修改。"})

    def after_init_instance(self, instance, new, row, **kwargs):
        """Refuse a row whose id and whose words belong to different records, as after sorting half a table."""
        if new:
            return
        for name in self.context_fields:
            field = self.fields[name]
            stored = as_text(field.export(instance))
            if field.column_name in row and not same_text(as_text(row[field.column_name]), stored):
                raise ValidationError(
                    {
                        field.column_name: f"这一行的系统编号是“{stored}”的，与表中所写不符。"
                        "可能是排序时没有选中全部列，请重新导出后再改。"
                    }
                )

    def import_instance(self, instance, row, **kwargs):
        """Read every cell, so that all that is wrong in a row is told at once."""
        errors = {}
        for field in self.get_import_fields():
            try:
                self.import_field(field, instance, row, **kwargs)
            except ValidationError as problem:
                errors[field.attribute] = problem
        if errors:
            raise ValidationError(errors)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Ask whether the user may change this very row, then check it; name columns by their headings."""
        action_refused = access.refusal(self.user, "import", self._meta.model, instance)
        if action_refused:
            raise ValidationError(f"“{instance}”：{action_refused}")
        try:
            super().validate_instance(instance, import_validation_errors, validate_unique)
        except ValidationError as problem:
            raise ValidationError(self.by_heading(problem)) from problem

    def by_heading(self, problem):
        """Return the errors of a model by the headings of the columns."""
        headings = {name: field.column_name for name, field in self.fields.items()}
        headings |= {field.attribute: field.column_name for field in self.fields.values()}
        told = {}
        for name, errors in problem.error_dict.items():
            told.setdefault(headings.get(name, NON_FIELD_ERRORS), []).extend(errors)
        return told

    def sign(self, instance):
        """Tell the history who imports the row, and from which file."""
        instance._history_user = self.user
        instance._change_reason = f"导入：{self.file_name}"[:100] if self.file_name else "导入"

    # --- what the package asks for -----------------------------------------------------------------------

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        """Return the column of a model's field that is named in Meta.fields and not declared."""
        parse = {"parse": parse_date} if isinstance(django_field, models.DateField) else {}
        return model_field(django_field.model, field_name, readonly=readonly, **parse)

    @classmethod
    def get_diff_class(cls):
        """Show whole cells."""
        return WholeCellDiff

    @classmethod
    def get_result_class(cls):
        """Tell problems by row, column and value."""
        return SheetResult

    @classmethod
    def get_error_result_class(cls):
        """Show no English."""
        return RowError

    @classmethod
    def get_display_name(cls):
        """Return the model's name."""
        return str(cls._meta.model._meta.verbose_name)


def id_field():
    """Return the column a row is found by."""
    return fields.Field("pk", ID_HEADING, widget=CellWidget(SheetResource.row_key), readonly=True)


def model_field(model: type[models.Model], name: str, attribute: str | None = None, **kw):
    """Return a column headed by the label of the model's field."""
    return TextField(attribute or name, str(model._meta.get_field(name).verbose_name), **kw)
