"""The forms of the import page: one for the upload, one for each correction."""

import re

from django import forms
from django.forms.models import fields_for_model

from importer.drafts.drafts import FROM_DOCUMENT
from importer.files.limits import MAX_CHARACTERS
from workplans import access
from workplans.models import Item, Organization, Plan

from .typed_rows import milestones_of, targets_of

MAX_PASTED = MAX_CHARACTERS
MAX_LINE = 1_000  # characters of a scanned line
PLACE = re.compile(r"[0-9]{1,5}-[0-9]{1,5}")
ROLES = (("lead", "牵头"), ("responsible", "责任"), ("support", "配合"))
BLOCK_KINDS = (("progress", "进展"), ("difficulties", "困难"), ("next_steps", "下一步"), ("other", "其他"))
DATE = {"invalid": "请写成 2024-12-31 这样的日期。"}
WHOLE = {"invalid": "请写数字。"}


def area(rows):
    """A box for running text."""
    return forms.Textarea(attrs={"rows": rows})


def day(label):
    """A date that may be left out."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, error_messages=DATE)


def line(label, length, required=False, **kw):
    """A line of text."""
    return forms.CharField(label=label, max_length=length, required=required, **kw)


def text(label, rows=4):
    """Running text that may be empty."""
    return forms.CharField(label=label, required=False, widget=area(rows), strip=True)


def as_counted(name):
    """A file's name as people count: 第2页 before 第10页."""
    parts = enumerate(re.split(r"([0-9]+)", name))  # every other one is digits
    return [(is_digits := n % 2 == 1, int(part) if is_digits else 0, part) for n, part in parts]


class DocumentUploadForm(forms.Form):
    """A file, several pictures of one document, or text pasted; the organization is asked for only where there is a choice."""

    organization = forms.ModelChoiceField(Organization.objects.none(), label="单位", empty_label=None, required=False)
    file = forms.FileField(label="文件", required=False, allow_empty_file=True)
    pasted = forms.CharField(label="粘贴文本", required=False, widget=area(6), max_length=MAX_PASTED, strip=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        supervised = Organization.objects.filter(pk__in=access.standing(user).supervised)
        self.fields["organization"].queryset = supervised
        self.fields["pasted"].widget.attrs["placeholder"] = "从网页、邮件或文档中复制全文，粘贴到这里。"
        if supervised.count() < 2:
            self.fields["organization"].widget = forms.HiddenInput()

    def clean(self):
        """Return name and content."""
        values = super().clean()
        values["organization"] = values.get("organization") or self.fields["organization"].queryset.first()
        file, pasted = values.get("file"), values.get("pasted") or ""
        files = self.files.getlist("file") if hasattr(self.files, "getlist") else []
        if len(files) > 1:
            values["uploads"] = sorted(
                ((each.name, each.read()) for each in files), key=lambda each: as_counted(each[0])
            )
        elif file:
            values["name"], values["content"] = file.name, file.read()
        elif pasted.strip():
            first = next(row.strip() for row in pasted.splitlines() if row.strip())
            values["name"], values["content"] = (
                f"{first[:40]}.txt",
                pasted.replace("\r\n", "\n").encode("utf-8", "ignore"),
            )
        elif not self.errors:
            raise forms.ValidationError("请选择一个文件，或者粘贴文本。")
        return values


class CorrectionForm(forms.Form):
    """A correction; fields named in `hidden` say what it is about."""

    hidden: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name in self.hidden:
            self.fields[name] = forms.IntegerField(widget=forms.HiddenInput())


class PlanForm(CorrectionForm):
    """The fields of a whole plan."""

    title = line("标题", 200, error_messages={"required": "请填写标题。"}, required=True)
    document_number = line("文号", 60)
    issuer = line("印发机关", 100)
    year = forms.IntegerField(
        label="年度", min_value=1949, max_value=2100,
        error_messages={"required": "请填写年度。", "invalid": "请写四位数的年份。", "min_value": "请写四位数的年份。", "max_value": "请写四位数的年份。"},
    )  # fmt: skip
    issued_on = day("印发日期")
    start_on = day("计划开始")
    end_on = day("计划结束")
    preamble = text("前言")
    closing = text("结语", 2)

    def clean(self):
        """Refuse a span that ends before it begins."""
        values = super().clean()
        start, end = values.get("start_on"), values.get("end_on")
        if start and end and end < start:
            self.add_error("end_on", "结束日期不能早于开始日期。")
        for name in ("document_number", "issuer"):
            values[name] = values.get(name) or None
        return values


class LetterForm(CorrectionForm):
    """The fields of a feedback letter."""

    title = line("标题", 200, required=True, error_messages={"required": "请填写标题。"})
    recipient = line("主送", 100)
    issuer = line("报送机关", 100)
    year = forms.IntegerField(label="年度", min_value=1949, max_value=2100, error_messages=WHOLE)
    period = line("填报期", 40, help_text="如 2020年1-10月")
    start_on = day("起")
    as_of = day("止")
    issued_on = day("日期")
    completion_percent = forms.FloatField(
        label="完成率（%）", required=False, min_value=0, max_value=100,
        error_messages={"invalid": "请写 0 到 100 的数。", "min_value": "请写 0 到 100 的数。", "max_value": "请写 0 到 100 的数。"},
    )  # fmt: skip
    preamble = text("开头")

    def clean(self):
        """None for what is empty."""
        values = super().clean()
        return values | {name: values.get(name) or None for name in ("recipient", "issuer", "period")}


class SectionForm(CorrectionForm):
    """A section's heading and own text."""

    hidden = ("section",)
    ordinal = line("序号", 10)
    title = line("标题", 200)
    text = text("引言或正文", 3)

    def clean_ordinal(self):
        """None where there is none."""
        return self.cleaned_data["ordinal"] or None


class NewSectionForm(CorrectionForm):
    """A new section behind another."""

    after = forms.IntegerField(required=False, widget=forms.HiddenInput())
    ordinal = line("序号", 10)
    title = line("标题", 200, required=True, error_messages={"required": "请填写板块标题。"})


class SectionOnlyForm(CorrectionForm):
    """Only which section."""

    hidden = ("section",)


class OfficesForm(CorrectionForm):
    """Rows of office and role; a row left empty is no office."""

    hidden = ("item",)

    def clean(self):
        """Read the rows as sent."""
        values = super().clean()
        sent = getattr(self.data, "getlist", lambda name: [])
        names, roles = sent("office"), sent("role")
        known = dict(ROLES)
        rows = [(n.strip(), r) for n, r in zip(names, roles, strict=False) if n.strip() and r in known]
        if any(len(name) > 60 for name, _role in rows):
            raise forms.ValidationError("科室名称太长，请一行写一个科室。")
        return values | {"offices": rows}


def words_of_item() -> dict:
    """Return a form field for each field of an item that a document fills."""
    return fields_for_model(
        Item,
        [field.name for field in FROM_DOCUMENT],
        widgets={
            "title": area(2),
            "body": area(7),
            "deadline": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        },
        help_texts={field.name: "" for field in FROM_DOCUMENT},
        error_messages={"title": {"required": "请填写标题。"}, "deadline": DATE},
    )


class DraftItemForm(OfficesForm):
    """An item's words, and its offices where rows of them were sent."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Labels, lengths and what may be left blank are the model's own.
        self.fields = words_of_item() | self.fields

    def clean_level2(self):
        """None where there is none."""
        return self.cleaned_data["level2"] or None

    def clean(self):
        """Leave the offices and targets alone where no rows were sent."""
        values = super().clean()
        if "office" not in self.data:
            values.pop("offices", None)
        if "target_value" in self.data:
            values["targets"] = targets_of(self.data)
        if "milestone_what" in self.data:
            values["milestones"] = milestones_of(self.data)
        return values


class NewItemForm(CorrectionForm):
    """A new item of a section."""

    hidden = ("section",)
    number = line("编号", 20)
    title = forms.CharField(label="标题", widget=area(2), error_messages={"required": "请填写标题。"})
    body = text("内容", 3)


class ItemOnlyForm(CorrectionForm):
    """Only which item."""

    hidden = ("item",)


class SplitForm(CorrectionForm):
    """Before which sentence."""

    hidden = ("item", "at")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].error_messages = {
            "required": "请选择从哪一句起另立一项。",
            "invalid": "请选择从哪一句起另立一项。",
        }


class MoveForm(CorrectionForm):
    """Up, down, or into a section."""

    hidden = ("item",)
    to = forms.RegexField(
        r"^(up|down|\d{1,6})$", error_messages={"required": "请选择移到哪里。", "invalid": "请选择移到哪里。"}
    )


class OfficeNameForm(CorrectionForm):
    """A name of the document."""

    name = line("名称", 200, required=True)


class AliasForm(OfficeNameForm):
    """Which office a name is another name of."""

    office = line("科室", 60, required=True, error_messages={"required": "请选择它是哪个科室的别名。"})


class RenameForm(OfficeNameForm):
    """How a name should be written."""

    into = line("改写为", 200, required=True, error_messages={"required": "请写出科室名称。"})


class LineForm(CorrectionForm):
    """A line."""

    hidden = ("line",)


class GiveLineForm(CorrectionForm):
    """A line and the item it belongs to."""

    hidden = ("line", "item")


class ScanForm(CorrectionForm):
    """The texts of scanned lines, each with its place: page and line."""

    def clean(self):
        """Read the rows as sent."""
        values = super().clean()
        sent = getattr(self.data, "getlist", lambda name: [])
        rows = list(zip(sent("place"), sent("text"), strict=False))
        if any(not PLACE.fullmatch(place) for place, _ in rows) or not rows:
            raise forms.ValidationError("这一行已经不在了，请刷新页面。")
        if any(len(text) > MAX_LINE for _, text in rows):
            raise forms.ValidationError(f"一行最多 {MAX_LINE} 个字。")
        return values | {"texts": [(*map(int, place.split("-")), " ".join(text.split())) for place, text in rows]}


class ProblemForm(CorrectionForm):
    """A problem."""

    hidden = ("problem",)


class ProjectForm(CorrectionForm):
    """One project of a letter."""

    hidden = ("project",)
    number = line("编号", 20)
    title = forms.CharField(label="标题", widget=area(2), error_messages={"required": "请填写标题。"})
    completion_percent = forms.FloatField(
        label="完成率（%）",
        required=False,
        min_value=0,
        max_value=100,
        error_messages={"invalid": "请写 0 到 100 的数。"},
    )
    body = text("内容", 4)


class BlockForm(CorrectionForm):
    """One chapter of a letter."""

    hidden = ("block",)
    heading = line("标题", 200)
    kind = forms.ChoiceField(label="属于", choices=BLOCK_KINDS)
    text = text("内容", 8)


class TaskForm(CorrectionForm):
    """One part of what a letter reports."""

    hidden = ("task",)
    progress = text("目前进展情况", 5)
    difficulties = text("存在的困难", 3)
    next_steps = text("下一步工作措施", 3)


class RevisedForm(forms.Form):
    """Of which plan the document is a new version."""

    plan = forms.ModelChoiceField(
        Plan.objects.none(), required=False, error_messages={"invalid_choice": "请选择列出的计划。"}
    )

    def __init__(self, *args, user, organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = Plan.objects.visible_to(user).filter(organization=organization)


FORMS = {
    "edit_section": SectionForm, "add_section": NewSectionForm, "delete_section": SectionOnlyForm,
    "edit_item": DraftItemForm, "add_item": NewItemForm, "merge_up": ItemOnlyForm, "split_item": SplitForm,
    "move_item": MoveForm, "delete_item": ItemOnlyForm, "set_offices": OfficesForm, "alias_office": AliasForm,
    "accept_office": OfficeNameForm, "rename_office": RenameForm, "mark_furniture": LineForm, "give_line": GiveLineForm,
    "settle_problem": ProblemForm, "correct_scan": ScanForm, "edit_project": ProjectForm, "edit_block": BlockForm, "edit_task": TaskForm,
}  # fmt: skip


def form_of(name, draft):
    """Return the form of a correction of this draft, None where there is none of that name."""
    if name == "edit_plan":
        return LetterForm if draft.kind == "feedback" else PlanForm
    return FORMS.get(name)
