"""Offices in the admin, with what deactivating one means for items and reports (which `workplans` knows nothing of)."""

from django import forms
from django.contrib import admin, messages
from django.utils import timezone
from django.utils.html import format_html

from tracking.periods.retiring import hand_everything_over, hanging_on
from workplans.admin.organization import AliasesForm, OfficeAdmin
from workplans.models import Office
from workplans.office_resources import OfficeResource


class OfficeForm(AliasesForm):
    """An office; whoever deactivates one on which something hangs reads what, says where it goes, and confirms."""

    successor = forms.ModelChoiceField(
        Office.objects.none(),
        label="停用后由谁接着填报",
        required=False,
        empty_label="留在本科室，由原来的人员或督办员代填",
    )
    is_confirmed = forms.BooleanField(label="我已核对，确认停用", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.hanging = hanging_on(self.instance) if self.instance.pk and self.instance.is_active else None
        if not self.hanging or "is_active" not in self.fields:
            del self.fields["successor"], self.fields["is_confirmed"]
            return
        others = Office.objects.reporting().filter(organization=self.instance.organization_id, is_active=True)
        self.fields["successor"].queryset = others.exclude(pk=self.instance.pk)
        # Help texts are printed as HTML.
        self.fields["successor"].help_text = format_html(
            "只在停用时填写。现有{}。选了科室，事项和未截止的报告改由它填报；已截止的填报期不变，责任分工照计划原文不变。",
            self.hanging.sentence,
        )

    def clean(self):
        """Ask before the office is put out of use."""
        cleaned = super().clean()
        if self.hanging and cleaned.get("is_active") is False and not cleaned.get("is_confirmed"):
            self.add_error(
                "is_confirmed",
                f"“{self.instance}”还有{self.hanging.sentence}。请选择停用后由谁接着填报，核对后勾选确认，再保存。",
            )
        return cleaned


class ReportingOfficeResource(OfficeResource):
    """Offices from a workbook: the preview says what hangs on one that is to be deactivated, and that it stays there."""

    def before_import(self, dataset, **kwargs):
        """Begin with nothing to say."""
        super().before_import(dataset, **kwargs)
        self.notes = []

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Note an office that is put out of use."""
        super().validate_instance(instance, import_validation_errors, validate_unique)
        if instance.is_active or not Office.objects.filter(pk=instance.pk, is_active=True).exists():
            return
        if hanging := hanging_on(instance):
            self.notes.append(
                f"停用“{instance}”：还有{hanging.sentence}，停用后仍留在它名下。"
                "要改由别的科室接着填报，请在“数据管理 → 科室”中打开它停用。"
            )

    def after_import(self, dataset, result, **kwargs):
        """Hand the notes to the preview."""
        super().after_import(dataset, result, **kwargs)
        result.notes = self.notes


admin.site.unregister(Office)


@admin.register(Office)
class ReportingOfficeAdmin(OfficeAdmin):
    """科室."""

    form = OfficeForm
    resource_classes = [ReportingOfficeResource]

    def get_fields(self, request, obj=None):
        """Ask where there is something to ask."""
        fields = super().get_fields(request, obj)
        asks = obj is not None and obj.is_active and self.has_change_permission(request, obj) and hanging_on(obj)
        return fields if asks else [name for name in fields if name not in ("successor", "is_confirmed")]

    def save_related(self, request, form, formsets, change):
        """Hand over what is to be handed over, once the office is out of use."""
        super().save_related(request, form, formsets, change)
        successor = form.cleaned_data.get("successor")
        if not form.hanging or form.instance.is_active:
            return
        if successor is None:
            self.message_user(
                request, f"{form.instance}已停用；{form.hanging.sentence}，仍留在它名下。", messages.WARNING
            )
            return
        items, reports = hand_everything_over(form.instance, successor, by=request.user, now=timezone.now())
        self.message_user(
            request,
            f"{form.instance}已停用；{items} 个事项、{reports} 份进展报告改由{successor}填报。",
            messages.SUCCESS,
        )
