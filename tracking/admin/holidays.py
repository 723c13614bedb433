"""Admin of 放假安排: the administrator pastes the notice, or uploads it; what it says is read and checked."""

from django import forms
from django.contrib import admin, messages
from django.utils import timezone

from importer.files.readers import UnreadableDocument
from importer.sandbox import read_under_limits
from tracking.models import DueDateChange, HolidayNotice, Period
from tracking.periods.due_dates import MOVABLE, current_calendar, new_due_dates
from tracking.periods.holiday_notice import read_notice
from workplans.admin.base import RecordedMixin, ScopedAdmin

MOST_BYTES = 5 * 1024 * 1024


class HolidayNoticeForm(forms.ModelForm):
    """The text, pasted or from a file; nothing is stored that contradicts itself."""

    file = forms.FileField(
        label="或上传文件", required=False, help_text="国务院办公厅通知的 Word、PDF 或文本文件；选了文件就以文件为准。"
    )

    class Meta:
        model = HolidayNotice
        fields = ["text"]
        help_texts = {"text": "粘贴“国务院办公厅关于…年部分节假日安排的通知”全文，每个节日一行。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            self.fields["text"].required = False

    def clean(self):
        """Read the notice."""
        cleaned = super().clean()
        text = self._uploaded() or cleaned.get("text") or ""
        if not text.strip():
            if not self.errors:
                self.add_error("text", "请粘贴通知全文，或上传文件。")
            return cleaned
        self.notice = read_notice(text)
        for problem in self.notice.problems:
            self.add_error("text", str(problem))
        others = HolidayNotice.objects.filter(year=self.notice.year).exclude(pk=self.instance.pk)
        if self.notice.year and others.exists():
            self.add_error("text", f"{self.notice.year}年的放假安排已经录入，请打开那一条修改。")
        cleaned["text"] = text
        return cleaned

    def _uploaded(self) -> str:
        file = self.cleaned_data.get("file")
        if not file:
            return ""
        if file.size > MOST_BYTES:
            self.add_error("file", f"文件超过 {MOST_BYTES >> 20} MB。")
            return ""
        try:
            return read_under_limits(file.name, file.read()).source.text
        except UnreadableDocument as problem:
            self.add_error("file", str(problem))
            return ""


@admin.register(HolidayNotice)
class HolidayNoticeAdmin(RecordedMixin, ScopedAdmin):
    """放假安排."""

    form = HolidayNoticeForm
    list_display = ["__str__", "days_off", "days_worked", "uploaded_by", "uploaded_at"]
    list_select_related = ["uploaded_by"]
    readonly_fields = ["days_off", "days_worked"]

    def get_fields(self, request, obj=None):
        """A box for a file is for those who may hand one in."""
        names = super().get_fields(request, obj)
        return names if self.has_change_permission(request, obj) else [name for name in names if name != "file"]

    def get_readonly_fields(self, request, obj=None):
        """What was read shows once there is something."""
        return self.readonly_fields if obj else []

    @admin.display(description="放假")
    def days_off(self, notice):
        """The days off."""
        return "、".join(notice.off)

    @admin.display(description="调休上班")
    def days_worked(self, notice):
        """The weekends worked."""
        return "、".join(notice.worked) or "无"

    def save_model(self, request, obj, form, change):
        """Store what was read, and say how many due dates are other days now."""
        notice = form.notice
        obj.year, obj.text = notice.year, form.cleaned_data["text"]
        obj.off, obj.worked = ([day.isoformat() for day in sorted(days)] for days in (notice.off, notice.worked))
        obj.uploaded_by, obj.uploaded_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)
        periods = Period.objects.filter(status__in=MOVABLE, due_on__gte=timezone.localdate())
        found = new_due_dates(periods, current_calendar())
        told = f"{obj}：放假 {len(notice.off)} 天，调休上班 {len(notice.worked)} 天。"
        if found:
            told += (
                f"有 {len(found)} 个填报期的截止日期因此不同，已列在各单位督办员的“填报期”页面，由督办员确认后调整。"
            )
        messages.success(request, told)


@admin.register(DueDateChange)
class DueDateChangeAdmin(ScopedAdmin):
    """截止日期调整: to be read."""

    list_display = ["period", "from_day", "to_day", "reason", "by", "at"]
    list_filter = ["period__organization"]
    list_select_related = ["period", "by"]
