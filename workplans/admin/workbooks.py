"""Import and export of workbooks in the admin, with the holes of the stock mixin closed.

Who may is asked of `access`; an upload is bound to its user and kept for an hour; nothing is imported unless all is.
"""

import logging
from datetime import timedelta
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.tmp_storages import MediaStorage

from audit.kinds import EventKind
from audit.recording import record, records
from workplans import access
from workplans.uploads import MAX_BYTES, UploadError

from .formats import FORMATS

logger = logging.getLogger(__name__)

KEPT = timedelta(hours=1)  # from preview to confirmation


class UploadStorage(MediaStorage):
    """Keeps uploads between preview and confirmation under MEDIA_ROOT, which all workers share."""

    def save(self, data):
        """Store an upload under a name nobody can guess; throw away what was never confirmed."""
        self.name = self.name or uuid4().hex
        super().save(data)
        self._sweep()

    def _sweep(self):
        limit = timezone.now() - KEPT
        for name in default_storage.listdir(self.MEDIA_FOLDER)[1]:
            path = f"{self.MEDIA_FOLDER}/{name}"
            try:
                if default_storage.get_modified_time(path) < limit:
                    default_storage.delete(path)
            except FileNotFoundError:
                continue  # another worker was faster


class WorkbookUploadForm(ImportForm):
    """One file; its format is told by its name."""

    def __init__(self, formats, resources, **kwargs):
        super().__init__(formats, resources, **kwargs)
        self.formats = formats
        self.fields["format"].required = False
        self.fields["format"].widget = forms.HiddenInput()
        upload = self.fields["import_file"]
        upload.label = "文件"
        upload.help_text = (
            f"请先从“导出”得到表格，在其中修改后上传。只接受 .xlsx 和 .csv，不超过 {MAX_BYTES >> 20} MB。"
        )
        upload.widget.attrs = {"accept": ".xlsx,.csv"}
        upload.error_messages |= {"required": "请选择要导入的文件。", "empty": "文件是空的。"}

    @property
    def media(self):
        """No script is needed."""
        return forms.Media()

    def clean_import_file(self):
        """Refuse a file too large."""
        upload = self.cleaned_data["import_file"]
        if upload.size > MAX_BYTES:
            raise ValidationError(f"文件超过 {MAX_BYTES >> 20} MB，请分成几个文件导入。")
        return upload

    def clean(self):
        """Tell the format by the file name's ending."""
        cleaned = super().clean()
        upload = cleaned.get("import_file")
        if upload:
            endings = [file_format().get_extension() for file_format in self.formats]
            ending = upload.name.rpartition(".")[2].lower()
            if ending not in endings:
                self.add_error("import_file", "只能导入 .xlsx 或 .csv 文件；其他格式请在 Excel 或 WPS 中另存为 .xlsx。")
            else:
                cleaned["format"] = str(endings.index(ending))
        return cleaned


class WorkbookConfirmForm(ConfirmImportForm):
    """Carries the name of the upload, signed for the user who made it."""

    def __init__(self, *args, signer, **kwargs):
        super().__init__(*args, **kwargs)
        self.signer = signer

    def clean_import_file_name(self):
        """Return the upload's name. Raises ValidationError for another's, or one too old."""
        try:
            return self.signer.unsign(self.cleaned_data["import_file_name"], max_age=KEPT)
        except signing.BadSignature as problem:
            raise ValidationError("预览已经失效，请重新上传文件。") from problem

    def clean_format(self):
        """Return the index of a format there is."""
        index = self.cleaned_data["format"]
        if index not in map(str, range(len(FORMATS))):
            raise ValidationError("不认识的文件格式，请重新上传文件。")
        return index


class DownloadForm(ExportForm):
    """Which format to export."""

    def __init__(self, formats, resources, **kwargs):
        super().__init__(formats, resources, **kwargs)
        self.fields["format"].label = "格式"
        self.fields["format"].widget = forms.RadioSelect()
        self.fields["format"].choices = [(str(i), f().get_title()) for i, f in enumerate(formats)]
        self.fields["format"].initial = "0"


class WorkbookAdminMixin(ImportExportMixin):
    """Put before the admin base class; set `resource_classes` to one SheetResource."""

    formats = import_formats = export_formats = FORMATS
    import_form_class = WorkbookUploadForm
    confirm_form_class = WorkbookConfirmForm
    export_form_class = DownloadForm
    tmp_storage_class = UploadStorage
    skip_import_confirm = False
    skip_admin_log = True  # the field history says more, and in Chinese

    # --- rights ------------------------------------------------------------------------------------------

    def has_import_permission(self, request):
        """Say whether the user may import any row at all; each row is asked for again."""
        return access.refusal(request.user, "import", self.model) is None

    def has_export_permission(self, request):
        """Say whether the user may read."""
        return access.refusal(request.user, "view", self.model) is None

    def get_resource_kwargs(self, request, *args, **kwargs):
        """Tell the resource who asks, and when."""
        return {"user": request.user, "now": timezone.now()}

    def get_valid_export_item_pks(self, request):
        """Offer only rows the user may read."""
        return self.get_queryset(request).values_list("pk", flat=True)

    # --- out ---------------------------------------------------------------------------------------------

    def get_export_filename(self, request, queryset, file_format):
        """Return a Chinese name with the day."""
        return f"{self.opts.verbose_name}_{timezone.localdate():%Y%m%d}.{file_format.get_extension()}"

    def get_data_for_export(self, request, queryset, **kwargs):
        """Name the sheet after the model."""
        dataset = super().get_data_for_export(request, queryset, **kwargs)
        dataset.title = str(self.opts.verbose_name)
        return dataset

    def _do_file_export(self, file_format, request, queryset, export_form=None):
        response = super()._do_file_export(file_format, request, queryset, export_form=export_form)
        name = self.get_export_filename(request, queryset, file_format)
        response.headers["Content-Disposition"] = content_disposition_header(True, name)
        return response

    def init_request_context_data(self, request, form):
        """Title the page in Chinese."""
        return super().init_request_context_data(request, form) | {"title": f"导出{self.opts.verbose_name}"}

    @records(EventKind.EXPORT)
    def export_action(self, request):
        """Show the form, or send the file; the list's own filters, and no others, stand in the address."""
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            messages.error(request, "网址中的筛选条件不对，没有导出。请在列表中重新筛选以后再导出。")
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    # --- in ----------------------------------------------------------------------------------------------

    def _signer(self, request):
        return signing.TimestampSigner(salt=f"workbook-upload:{request.user.pk}:{self.opts.label}")

    def get_confirm_form_kwargs(self, request, import_form=None):
        """Hand the form the signer of this user."""
        return super().get_confirm_form_kwargs(request, import_form) | {"signer": self._signer(request)}

    def get_confirm_form_initial(self, request, import_form):
        """Sign the upload's name."""
        initial = super().get_confirm_form_initial(request, import_form)
        if initial:
            initial["import_file_name"] = self._signer(request).sign(initial["import_file_name"])
        return initial

    def import_action(self, request, **kwargs):
        """Show the form or the preview."""
        response = super().import_action(request, **kwargs)
        response.context_data["title"] = f"导入{self.opts.verbose_name}"
        return response

    def add_data_read_fail_error_to_form(self, form, e):
        """Say in Chinese why the file cannot be read."""
        if not isinstance(e, UploadError):
            logger.error("an upload could not be read", exc_info=e)
        sentence = str(e) if isinstance(e, UploadError) else "无法读取这个文件，请另存为 .xlsx 再导入。"
        form.add_error("import_file", sentence)

    def process_import(self, request, **kwargs):
        """Import what was previewed; without a valid preview go back to the form."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not self.create_confirm_form(request).is_valid():
            return self._again(request, "预览已经失效，请重新上传文件。")
        try:
            return super().process_import(request, **kwargs)
        except FileNotFoundError:
            return self._again(request, "预览已经失效，请重新上传文件。")
        except UploadError as problem:
            return self._again(request, str(problem))

    def _again(self, request, sentence):
        messages.error(request, sentence)
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"))

    def get_import_data_kwargs(self, **kwargs):
        """Keep nothing of a file in which any row is refused."""
        return super().get_import_data_kwargs(**kwargs) | {"rollback_on_validation_errors": True}

    def process_result(self, result, request):
        """Report success only where there was one: rows may have changed since the preview."""
        if result.has_errors() or result.has_validation_errors():
            problems = [str(problem) for problem in result.problems[:5]]
            record(
                EventKind.IMPORT,
                request,
                target=self.opts.verbose_name,
                success=False,
                detail=problems[0] if problems else "",
            )
            return self._again(request, "预览之后数据有了变化，什么也没有导入。" + " ".join(problems))
        record(EventKind.IMPORT, request, target=self.opts.verbose_name, detail=result.sentence())
        return super().process_result(result, request)

    def add_success_message(self, result, request):
        """Count what was done."""
        messages.success(request, f"导入完成。{result.sentence()}")
