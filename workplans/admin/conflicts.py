"""Two people at one form of 数据管理: whoever saves second sees both texts, and nothing is undone in silence.

A form carries what it showed (`seen`, a digest a box). On saving, the row is locked and shown again: where a box shows
something else by now, nothing is stored; the form comes back with what both wrote. A box its user left alone takes the
stored contents, so pressing 保存 again undoes only what was knowingly written over.
"""

import json
from dataclasses import dataclass, field
from hashlib import blake2b

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.contenttypes.models import ContentType
from django.db import router, transaction
from django.http import QueryDict
from django.utils import timezone

from workplans.ids import id_of, whole_number
from workplans.people import name_of

SEEN = "seen"
MOST = 300  # characters of a text in the comparison


@dataclass(frozen=True)
class Box:
    """One input as shown: of which row of an inline ("" for the record itself), and what the browser sends of it."""

    field: forms.Field
    row: str
    sent: dict[str, list[str]]  # suffix of the name ("" but for inputs of several parts) → values

    @property
    def digest(self) -> str:
        """What tells whether it shows something else by now."""
        return digest(self.sent)


@dataclass(frozen=True)
class Difference:
    """One box somebody else changed meanwhile: what the user has there, and what is stored."""

    label: str
    typed: str
    stored: str
    was_touched: bool


@dataclass
class FormConflict:
    """What changed since the form was opened, and the data with which it is shown again."""

    sentence: str
    data: QueryDict
    seen: str  # of what is stored now: the form shown again has seen it
    differences: list[Difference] = field(default_factory=list)


def digest(sent: dict[str, list[str]]) -> str:
    """Return a short digest of what a box sends; line ends as browsers change them do not count."""
    plain = [
        (part, [value.replace("\r\n", "\n").strip("\n") for value in values]) for part, values in sorted(sent.items())
    ]
    return blake2b(json.dumps(plain).encode(), digest_size=6).hexdigest()


def sent_by(widget, value) -> dict[str, list[str]]:
    """Return what a browser sends of an untouched widget, by the suffix of its name."""
    widget = getattr(widget, "widget", widget)  # the admin wraps the boxes of foreign keys
    if isinstance(widget, forms.MultiWidget):
        parts = value if isinstance(value, list) else widget.decompress(value)
        pairs = zip(widget.widgets_names, widget.widgets, parts, strict=True)
        return {name + part: values for name, one, each in pairs for part, values in sent_by(one, each).items()}
    if isinstance(widget, forms.CheckboxInput):
        return {"": ["on"] if widget.check_test(value) else []}
    shown = widget.format_value(value)
    if isinstance(widget, forms.SelectMultiple):
        return {"": sorted(map(str, shown))}
    if isinstance(shown, list | tuple):
        shown = next(iter(shown), "")
    return {"": ["" if shown is None else str(shown)]}


def boxes_of(form, formsets) -> dict[str, Box]:
    """Return the boxes of an unbound form and its formsets; those of an inline are known by the row's key, not its place."""
    found = {name: _box(form, name, "") for name in form.fields}
    for formset in formsets:
        for each in formset.initial_forms:
            for name in _own_fields(formset, each):
                found[f"{formset.prefix}:{each.instance.pk}:{name}"] = _box(each, name, f"{each.instance}")
    return found


def _own_fields(formset, form):
    beside = {formset.model._meta.pk.name, formset.fk.name, "DELETE", "ORDER"}
    return [name for name in form.fields if name not in beside]


def _box(form, name, row) -> Box:
    return Box(form.fields[name], row, sent_by(form.fields[name].widget, form[name].value()))


def as_field(boxes: dict[str, Box]) -> str:
    """Return the boxes as the hidden field carries them."""
    return json.dumps({key: box.digest for key, box in boxes.items()}, separators=(",", ":"))


def _read(value: str | None) -> dict[str, str] | None:
    """Return what the hidden field says, None where it is missing or not ours."""
    try:
        seen = json.loads(value or "")
    except ValueError:
        return None
    return seen if isinstance(seen, dict) and seen else None


class ConflictMixin:
    """Mix into every admin class whose rows can be changed; the template prints `seen` and the comparison."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Look for what changed meanwhile before anything is stored; the row stays locked until then."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic(using=router.db_for_write(self.model)):
            self._lock(unquote(object_id))
            obj = self.get_object(request, unquote(object_id))
            if obj is not None and self.has_change_permission(request, obj):
                request.conflict = self._conflict(request, obj)
                if request.conflict:
                    request.POST = request.conflict.data
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _lock(self, object_id):
        row = self.model._base_manager.filter(pk=id_of(object_id)).order_by()
        list(row.select_for_update().values_list("pk"))

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Let no form through while a conflict is to be looked at."""
        form = super().get_form(request, obj, change=change, **kwargs)
        conflict = getattr(request, "conflict", None)
        return type(form.__name__, (_Refused, form), {"conflict": conflict}) if conflict else form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Hand the template what the form shows, and what changed meanwhile."""
        conflict = getattr(request, "conflict", None)
        if conflict:
            context |= {"seen": conflict.seen, "conflict": conflict}
        elif change and request.method == "POST":
            context["seen"] = request.POST.get(SEEN, "")
        elif change:
            formsets = [each.formset for each in context["inline_admin_formsets"]]
            context["seen"] = as_field(boxes_of(context["adminform"].form, formsets))
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def _unbound(self, request, obj):
        """Return the form and its formsets as a fresh page would show them."""
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form = self.get_form(request, obj, change=True, fields=fields)(instance=obj)
        formsets, prefixes = [], {}
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            prefix = formset.get_default_prefix()
            prefixes[prefix] = prefixes.get(prefix, 0) + 1
            if prefixes[prefix] != 1 or not prefix:
                prefix = f"{prefix}-{prefixes[prefix]}"
            formsets.append(formset(instance=obj, prefix=prefix, queryset=inline.get_queryset(request)))
        return form, formsets

    def _conflict(self, request, obj) -> FormConflict | None:
        """Return what changed since the user opened the form, None where nothing did."""
        seen = _read(request.POST.get(SEEN))
        if seen is None:
            return None
        form, formsets = self._unbound(request, obj)
        boxes = boxes_of(form, formsets)
        if {key: box.digest for key, box in boxes.items()} == seen:
            return None
        return _Merge(request.POST, seen, boxes, formsets).conflict(_sentence(obj))


class _Refused:
    """A form that is not to be stored: mixed in while a conflict is to be looked at."""

    conflict: FormConflict

    def clean(self):
        """Refuse, whatever else there is to say."""
        cleaned = super().clean()
        self.add_error(None, self.conflict.sentence)
        return cleaned


class _Merge:
    """What was posted, what it was made from, and what is shown now, brought together box by box."""

    def __init__(self, posted, seen, boxes, formsets):
        self.posted, self.seen, self.boxes, self.formsets = posted, seen, boxes, formsets
        self.data, self.differences = posted.copy(), []

    def conflict(self, sentence) -> FormConflict:
        """Return the comparison and the data to show."""
        for key, box in self.boxes.items():
            if ":" not in key:
                self._take(key, box, self._posted(key, box), key)
        for formset in self.formsets:
            self._rows(formset)
        return FormConflict(sentence, self.data, as_field(self.boxes), self.differences)

    def _posted(self, name, box):
        return {part: self.posted.getlist(name + part) for part in box.sent}

    def _take(self, key, box, typed, name):
        """Put one box into the data: as typed, or as stored where its user left it alone."""
        was_touched = typed is not None and digest(typed) != self.seen.get(key)
        if box.digest != self.seen.get(key) and (typed is None or digest(typed) != box.digest):
            said = _text(box.field, typed) if typed is not None else ""
            label = f"{box.row}　{box.field.label}" if box.row else str(box.field.label)
            if not box.field.widget.is_hidden:
                self.differences.append(Difference(label, said, _text(box.field, box.sent), was_touched))
        for part, values in (typed if was_touched else box.sent).items():
            self.data.setlist(name + part, values)

    def _rows(self, formset):
        """Lay the rows of one inline out anew: those stored now, then those the user added."""
        prefix, key = formset.prefix, formset.model._meta.pk.name
        places = range(min(id_of(self.posted.get(f"{prefix}-TOTAL_FORMS")), 1000))
        typed = {self.posted.get(f"{prefix}-{n}-{key}", ""): n for n in places}
        added = [n for n in places if not self.posted.get(f"{prefix}-{n}-{key}", "")]
        for name in [
            name
            for name in self.data
            if name.startswith(f"{prefix}-") and whole_number(name.split("-")[-2]) is not None
        ]:
            del self.data[name]
        for place, form in enumerate(formset.initial_forms):
            self._row(formset, form, place, typed.pop(str(form.instance.pk), None))
        first = len(formset.initial_forms)
        for place, n in enumerate(added, start=first):
            self._copy(f"{prefix}-{n}-", f"{prefix}-{place}-")
        self.data[f"{prefix}-INITIAL_FORMS"] = first
        self.data[f"{prefix}-TOTAL_FORMS"] = first + len(added)
        self._gone(formset, {pk: n for pk, n in typed.items() if pk})

    def _row(self, formset, form, place, n):
        prefix, pk = formset.prefix, form.instance.pk
        self.data[f"{prefix}-{place}-{formset.model._meta.pk.name}"] = str(pk)
        self.data[f"{prefix}-{place}-{formset.fk.name}"] = str(formset.instance.pk)
        if n is not None and f"{prefix}-{n}-DELETE" in self.posted:
            self.data[f"{prefix}-{place}-DELETE"] = "on"
        for name in _own_fields(formset, form):
            box = self.boxes[f"{prefix}:{pk}:{name}"]
            typed = None if n is None else self._posted(f"{prefix}-{n}-{name}", box)
            self._take(f"{prefix}:{pk}:{name}", box, typed, f"{prefix}-{place}-{name}")

    def _copy(self, source, target):
        for name in self.posted:
            if name.startswith(source):
                self.data.setlist(target + name.removeprefix(source), self.posted.getlist(name))

    def _gone(self, formset, rows):
        """Show what was typed into rows that somebody deleted meanwhile."""
        blank = formset.empty_form
        for pk, n in rows.items():
            told, was_touched = [], False
            for name in _own_fields(formset, blank):
                box = _box(blank, name, "")
                typed = self._posted(f"{formset.prefix}-{n}-{name}", box)
                was_touched |= digest(typed) != self.seen.get(f"{formset.prefix}:{pk}:{name}")
                told.append(_text(box.field, typed))
            label = str(formset.model._meta.verbose_name)
            self.differences.append(Difference(label, "　".join(filter(None, told)), "已被他人删除", was_touched))


def _text(box_field, sent) -> str:
    """Return what a box holds as people read it."""
    values = [value for part in sorted(sent) for value in sent[part]]
    if isinstance(box_field, forms.BooleanField):
        return "是" if values else "否"
    if isinstance(box_field, forms.ModelChoiceField):
        try:
            return "、".join(map(str, box_field.queryset.filter(pk__in=[value for value in values if value])))
        except ValueError:
            return "、".join(values)
    labels = {str(key): str(label) for key, label in getattr(box_field, "choices", ())}
    text = "　".join(labels.get(value, value) if value else "" for value in values)
    return text if len(text) <= MOST else f"{text[:MOST]}…"


def _sentence(obj) -> str:
    """Say who saved meanwhile, and what to do."""
    who, when = _last_writer(obj)
    told = f"{who} 于 {timezone.localtime(when):%Y年%m月%d日 %H:%M} " if when else ""
    return (
        f"您打开之后，{told or '他人'}保存了{obj._meta.verbose_name}“{obj}”，您的修改还没有保存。"
        "您填写的内容还在表单里；请与已保存的内容核对后再保存。"
    )


def _last_writer(obj):
    """Return the name of who changed the row last and when, ("他人", None) where nothing tells."""
    if hasattr(obj, "history") and (row := obj.history.select_related("history_user").first()):
        user, when = row.history_user, row.history_date
    else:
        kind = ContentType.objects.get_for_model(obj, for_concrete_model=False)
        entry = LogEntry.objects.filter(content_type=kind, object_id=str(obj.pk)).select_related("user").first()
        user, when = (entry.user, entry.action_time) if entry else (None, None)
    return name_of(user) or "他人", when
