"""Reports as a workbook: out for everybody who may read them, in for those who may fill them in."""

from copy import copy

from django.core.exceptions import ValidationError
from django.utils import timezone

from workplans.models import Item
from workplans.sheet_resources import SheetResource, TextField, id_field, model_field

from .models import Report
from .reports.columns import COMPLETION, REPORT_CONTENTS, label, rate
from .reports.recording import REPORT_FIELDS, Change, record_many


def contents_field(column):
    """Return the import field of a column of the report's contents: same heading, same parser."""
    show = {COMPLETION.name: rate, "unchanged": lambda value: "是" if value else ""}.get(column.name)
    return TextField(column.name, column.heading, parse=column.parse, show=show)


def local_time(value):
    """Return a time as the clock on the wall showed it."""
    return value and timezone.localtime(value)


class ReportResource(SheetResource):
    """进展报告: rows are made by opening a period, so a workbook changes them and never adds or removes any."""

    id = id_field()
    plan = TextField("item__plan__title", label(Item, "plan"), readonly=True)
    period = TextField("period__label", label(Report, "period"), readonly=True)
    number = TextField("item__number", label(Item, "number"), readonly=True)
    item = TextField("item__title", label(Report, "item"), readonly=True)
    office = TextField("owed_by", label(Report, "office"), readonly=True)
    status = TextField("status_label", label(Report, "status"), readonly=True)
    completion_percent, progress, difficulties, next_steps, unchanged, unchanged_reason = map(
        contents_field, REPORT_CONTENTS
    )
    version = model_field(Report, "version", readonly=True)
    saved_by = TextField("saved_by", label(Report, "saved_by"), readonly=True)
    saved_at = model_field(Report, "saved_at", show=local_time, readonly=True)

    context_fields = ("plan", "period", "number", "item")

    class Meta(SheetResource.Meta):
        model = Report
        # Nothing is asked or stored row by row: 20,000 rows are one change.
        use_bulk, skip_diff, clean_model_instances = True, True, False
        fields = (
            "id",
            "plan",
            "period",
            "number",
            "item",
            "office",
            "status",
            *(column.name for column in REPORT_CONTENTS),
            "version",
            "saved_by",
            "saved_at",
        )

    def with_related(self, queryset):
        """Bring along what a row shows; plans, periods and offices are one object each, however many rows."""
        return queryset.select_related("item", "saved_by").prefetch_related("item__plan", "office", "period")

    # --- in ----------------------------------------------------------------------------------------------

    def before_import(self, dataset, **kwargs):
        """Begin with no changes."""
        super().before_import(dataset, **kwargs)
        self.changes = []

    def after_init_instance(self, instance, new, row, **kwargs):
        """Remember what is stored: what differs from it at the end is the change."""
        super().after_init_instance(instance, new, row, **kwargs)
        instance.stored_contents = contents_of(instance)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        """Say whether the row leaves the report as it is."""
        return not import_validation_errors and contents_of(instance) == instance.stored_contents

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Check the contents alone, for nothing else of a report can change here: no query a row."""
        super().validate_instance(instance, import_validation_errors, validate_unique)
        try:
            instance.clean_fields(exclude=[f.name for f in instance._meta.fields if f.name not in REPORT_FIELDS])
        except ValidationError as problem:
            raise ValidationError(self.by_heading(problem)) from problem
        if instance.unchanged and not instance.unchanged_reason:
            raise ValidationError({self.fields["unchanged_reason"].column_name: "选择“本期无新进展”时请写明原因。"})

    def save_instance(self, instance, is_create, row, **kwargs):
        """Keep the change for the end of the file, unless somebody saved after the workbook was made."""
        if self._seen(instance, row) != instance.version:
            raise ValidationError(
                f"“{instance}”：表格导出之后，{instance.saved_by or '他人'} 又保存过（现为第"
                f" {instance.version} 版）。请重新导出，在新的表格中修改。"
            )
        self.changes.append(Change(instance, contents_of(instance)))

    def after_import_row(self, row, row_result, **kwargs):
        """Write the cells of the preview, old → new, where the row is to be listed."""
        instance, row_result.instance = row_result.instance, None
        if self.is_listed(row_result):
            before = copy(instance)
            for name, value in instance.stored_contents.items():
                setattr(before, name, value)
            diff = self.get_diff_class()(self, before, False)
            diff.compare_with(self, instance)
            row_result.diff = diff.as_html()

    def after_import(self, dataset, result, **kwargs):
        """Record all changes as every other save of a report is recorded: version, writer, time, history."""
        super().after_import(dataset, result, **kwargs)
        if kwargs.get("dry_run") or result.has_errors() or result.has_validation_errors():
            return
        reason = f"导入：{self.file_name}"[:100] if self.file_name else "导入"
        record_many(
            sorted(self.changes, key=lambda change: change.report.pk), by=self.user, now=self.now, reason=reason
        )

    def _seen(self, instance, row):
        """Return the version the workbook was made from; the present one where it does not tell."""
        told = self.row_key(row.get(self.fields["version"].column_name))
        return instance.version if told is None else told


def contents_of(report) -> dict:
    """Return what a workbook can change of a report."""
    return {name: getattr(report, name) for name in REPORT_FIELDS}
