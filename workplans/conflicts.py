"""Two people at one form: whoever saves second sees both texts, and nothing is undone in silence.

A form carries what it showed (`seen`, a digest a box). On saving, the row is locked and shown again: where a box shows
something else by now, nothing is stored; the form comes back with what both wrote. A box its user left alone takes the
stored contents, so pressing 保存 again undoes only what was knowingly written over. What says just what is stored – the
sender's own second click – is no conflict.

A page of ours locks the row, asks `conflict_in`, shows the form with `conflict.data` and includes
`workplans/_conflict.html`; admin classes mix in `workplans.admin.conflicts.ConflictMixin`.
"""

import json
from dataclasses import dataclass, field
from hashlib import blake2b

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
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
        (part, sorted(value.replace("\r\n", "\n").strip("\n") for value in values))
        for part, values in sorted(sent.items())
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
    if getattr(widget, "allow_multiple_selected", False):
        return {"": sorted(map(str, shown))}
    if isinstance(shown, list | tuple):
        shown = next(iter(shown), "")
    return {"": ["" if shown is None else str(shown)]}


def boxes_of(form, formsets=(), facts=None) -> dict[str, Box]:
    """Return the boxes of an unbound form and its formsets; those of an inline are known by the row's key, not its place.

    `facts` (label → text) are no boxes: what the row says besides, which saving the form would do away with.
    """
    found = {name: _box(form, name, "") for name in form.fields}
    for formset in formsets:
        rows = rows_of(formset)
        for each in formset.initial_forms:
            for name in rows.own_fields(each):
                found[f"{formset.prefix}:{rows.key_of(each)}:{name}"] = _box(each, name, rows.label_of(each))
    for label, text in (facts or {}).items():
        found[f"={label}"] = Box(forms.CharField(label=label), "", {"": [text]})
    return found


class ModelRows:
    """How the rows of a model formset are told apart: by their primary key."""

    def __init__(self, formset):
        self.formset, self.key = formset, formset.model._meta.pk.name
        self.kind = str(formset.model._meta.verbose_name)

    def key_of(self, form) -> str:
        """What a row is known by."""
        return str(form.instance.pk)

    def label_of(self, form) -> str:
        """What a row is called."""
        return str(form.instance)

    def own_fields(self, form) -> list[str]:
        """The boxes of a row that somebody fills in."""
        beside = {self.key, self.formset.fk.name, "DELETE", "ORDER"}
        return [name for name in form.fields if name not in beside]

    def hidden(self, form) -> dict[str, str]:
        """What the row carries besides."""
        return {self.key: self.key_of(form), self.formset.fk.name: str(self.formset.instance.pk)}


class NamedRows:
    """How the rows of a formset without a model are told apart: by the hidden field it names `row_key`."""

    def __init__(self, formset):
        self.formset, self.key, self.kind = formset, formset.row_key, formset.row_kind

    def key_of(self, form) -> str:
        """What a row is known by."""
        return str(form.initial[self.key])

    def label_of(self, form) -> str:
        """What a row is called."""
        return self.formset.row_label(form)

    def own_fields(self, form) -> list[str]:
        """The boxes of a row that somebody fills in."""
        return [name for name in form.fields if name != self.key]

    def hidden(self, form) -> dict[str, str]:
        """What the row carries besides."""
        return {self.key: self.key_of(form)}


def rows_of(formset) -> ModelRows | NamedRows:
    """Return how the rows of a formset are told apart."""
    return NamedRows(formset) if hasattr(formset, "row_key") else ModelRows(formset)


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


def lock(rows) -> None:
    """Lock the rows of a queryset, by themselves and in one order, to the end of the transaction.

    They are read anew afterwards: PostgreSQL drops a row from a locking query with joins if a key changed while it waited.
    """
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def page_context(posted, conflict, form, formsets=(), facts=None) -> dict:
    """Return what `workplans/_conflict.html` prints: `seen`, and the comparison where there is one; `posted` is None on GET."""
    if conflict:
        return {"seen": conflict.seen, "conflict": conflict}
    return {"seen": as_field(boxes_of(form, formsets, facts)) if posted is None else posted.get(SEEN, "")}


def conflict_in(posted, obj, form, formsets=(), facts=None) -> FormConflict | None:
    """Return what changed since the form in `posted` was opened; None where nothing did, and where it says the same.

    Args:
        posted: the data of the POST, with what the form had shown in `seen`.
        obj: the row as stored now, locked until it is saved.
        form, formsets: as a fresh page would show them, unbound.
        facts: as of `boxes_of`.
    """
    seen = _read(posted.get(SEEN))
    if seen is None:
        return None
    boxes = boxes_of(form, formsets, facts)
    if {key: box.digest for key, box in boxes.items()} == seen:
        return None
    merge = _Merge(posted, seen, boxes, formsets)
    conflict = merge.conflict(_sentence(obj))
    return conflict if merge.says_something_else else None


class _Merge:
    """What was posted, what it was made from, and what is shown now, brought together box by box."""

    def __init__(self, posted, seen, boxes, formsets):
        self.posted, self.seen, self.boxes, self.formsets = posted, seen, boxes, formsets
        self.data, self.differences, self.says_something_else = posted.copy(), [], False

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
            self.says_something_else = True
            said = _text(box.field, typed) if typed is not None else ""
            label = f"{box.row}　{box.field.label}" if box.row else str(box.field.label)
            if not box.field.widget.is_hidden:
                self.differences.append(Difference(label, said, _text(box.field, box.sent), was_touched))
        for part, values in (typed if was_touched else box.sent).items():
            self.data.setlist(name + part, values)

    def _rows(self, formset):
        """Lay the rows of one inline out anew: those stored now, then those the user added."""
        prefix, rows = formset.prefix, rows_of(formset)
        places = range(min(id_of(self.posted.get(f"{prefix}-TOTAL_FORMS")), 1000))
        typed = {self.posted.get(f"{prefix}-{n}-{rows.key}", ""): n for n in places}
        added = [n for n in places if not self.posted.get(f"{prefix}-{n}-{rows.key}", "")]
        for name in [
            name
            for name in self.data
            if name.startswith(f"{prefix}-") and whole_number(name.split("-")[-2]) is not None
        ]:
            del self.data[name]
        for place, form in enumerate(formset.initial_forms):
            self._row(rows, form, place, typed.pop(rows.key_of(form), None))
        first = len(formset.initial_forms)
        for place, n in enumerate(added, start=first):
            self._copy(f"{prefix}-{n}-", f"{prefix}-{place}-")
        self.data[f"{prefix}-INITIAL_FORMS"] = first
        self.data[f"{prefix}-TOTAL_FORMS"] = first + len(added)
        self._gone(rows, {pk: n for pk, n in typed.items() if pk})

    def _row(self, rows, form, place, n):
        prefix, key = rows.formset.prefix, rows.key_of(form)
        for name, value in rows.hidden(form).items():
            self.data[f"{prefix}-{place}-{name}"] = value
        if n is not None and f"{prefix}-{n}-DELETE" in self.posted:
            self.data[f"{prefix}-{place}-DELETE"] = "on"
        for name in rows.own_fields(form):
            box = self.boxes[f"{prefix}:{key}:{name}"]
            typed = None if n is None else self._posted(f"{prefix}-{n}-{name}", box)
            self._take(f"{prefix}:{key}:{name}", box, typed, f"{prefix}-{place}-{name}")

    def _copy(self, source, target):
        for name in self.posted:
            if name.startswith(source):
                self.data.setlist(target + name.removeprefix(source), self.posted.getlist(name))

    def _gone(self, rows, typed_rows):
        """Show what was typed into rows that somebody deleted meanwhile."""
        blank, prefix = rows.formset.empty_form, rows.formset.prefix
        for key, n in typed_rows.items():
            self.says_something_else = True
            told, was_touched = [], False
            for name in rows.own_fields(blank):
                box = _box(blank, name, "")
                typed = self._posted(f"{prefix}-{n}-{name}", box)
                was_touched |= digest(typed) != self.seen.get(f"{prefix}:{key}:{name}")
                told.append(_text(box.field, typed))
            self.differences.append(Difference(rows.kind, "　".join(filter(None, told)), "已被他人删除", was_touched))


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
    if hasattr(obj, "written_last"):
        user, when = obj.written_last()
    elif hasattr(obj, "history") and (row := obj.history.select_related("history_user").first()):
        user, when = row.history_user, row.history_date
    else:
        kind = ContentType.objects.get_for_model(obj, for_concrete_model=False)
        entry = LogEntry.objects.filter(content_type=kind, object_id=str(obj.pk)).select_related("user").first()
        user, when = (entry.user, entry.action_time) if entry else (None, None)
    return name_of(user) or "他人", when
