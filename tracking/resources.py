"""Reports as a workbook: out for everybody who may read them, in for those who may fill them in."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from workplans.models import Item
from workplans.sheet_resources import SheetResource, TextField, id_field, model_field

from .exports.columns import COMPLETION, REPORT_CONTENTS, label, rate
from .models import Report
from .recording import Conflict, record


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
    office = TextField("item__reporting_office__name", label(Item, "reporting_office"), readonly=True)
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
        """Bring the item, its plan and office, the period and the writer along."""
        return queryset.select_related("item__plan", "item__reporting_office", "period", "saved_by")

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Refuse contents that were saved by somebody after the workbook was made."""
        super().validate_instance(instance, import_validation_errors, validate_unique)
        if instance.unchanged and not instance.unchanged_reason:
            raise ValidationError(
                {self.fields["unchanged_reason"].column_name: "选择“本期无新进展”时请写明原因。"}
            )

    def save_instance(self, instance, is_create, row, **kwargs):
        """Record the change as every other save of a report is recorded: version, writer, time, history."""
        changes = {column.name: getattr(instance, column.name) for column in REPORT_CONTENTS}
        reason = f"导入：{self.file_name}"[:100] if self.file_name else "导入"
        try:
            record(
                instance,
                changes,
                by=self.user,
                now=self.now,
                expected_version=self._seen(instance, row),
                reason=reason,
            )
        except PermissionDenied as refused:
            raise ValidationError(f"“{instance}”：{refused}") from refused
        except Conflict as conflict:
            raise ValidationError(
                f"“{instance}”：表格导出之后，{conflict.stored.saved_by or '他人'} 又保存过（现为第"
                f" {conflict.stored.version} 版）。请重新导出，在新的表格中修改。"
            ) from conflict

    def _seen(self, instance, row):
        """Return the version the workbook was made from; the present one where it does not tell."""
        told = self.row_key(row.get(self.fields["version"].column_name))
        return instance.version if told is None else told
