"""The forms of 数据管理 with the mechanism of `workplans.conflicts`: whoever saves second sees both texts."""

from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db import router, transaction

from workplans.conflicts import SEEN, FormConflict, as_field, boxes_of, conflict_in, lock
from workplans.ids import id_of


class ConflictMixin:
    """Mix into every admin class whose rows can be changed; the template prints `seen` and the comparison."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Look for what changed meanwhile before anything is stored; the row stays locked until then."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic(using=router.db_for_write(self.model)):
            lock(self.model._base_manager.filter(pk=id_of(unquote(object_id))))
            obj = self.get_object(request, unquote(object_id))
            if obj is not None and self.has_change_permission(request, obj):
                request.conflict = self._conflict(request, obj)
                if request.conflict:
                    request.POST = request.conflict.data
            return super().changeform_view(request, object_id, form_url, extra_context)

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
        form, formsets = self._unbound(request, obj)
        return conflict_in(request.POST, obj, form, formsets)


class _Refused:
    """A form that is not to be stored: mixed in while a conflict is to be looked at."""

    conflict: FormConflict

    def clean(self):
        """Refuse, whatever else there is to say."""
        cleaned = super().clean()
        self.add_error(None, self.conflict.sentence)
        return cleaned
