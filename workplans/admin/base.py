"""The bases every admin class inherits: rows scoped, rights asked of `access`.

The skin stays a choice because admin classes import their bases from here only (DESIGN 11).
"""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404
from simple_history.admin import SimpleHistoryAdmin

from audit.kinds import EventKind
from audit.recording import record
from workplans import access
from workplans.choices import (
    BureauChoiceField,
    PersonChoiceField,
    belongs_somewhere,
    reads_several,
    told_apart,
    with_organization,
)
from workplans.ids import id_of, whole_number

from .conflicts import ConflictMixin
from .delta import DeltaHelper
from .paging import CappedPaginator

MOST_CHOICES = 300
LAST_PAGE = 99_999
BY_ORGANIZATION = "organization__id__exact"


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """The filter by a foreign key, offering only rows the user may read: of the organization that is chosen, where one
    is. The periods and plans of a whole city are not offered: choose the organization first."""

    def field_choices(self, field, request, model_admin):
        """Return (key, text) of the readable rows."""
        model = field.remote_field.model
        rows, chosen = model.objects.visible_to(request.user), _chosen_organization(request)
        if chosen and model.organization_path != "pk":
            rows = rows.filter(**{model.organization_path: chosen})
        if not belongs_somewhere(model) or not reads_several(request.user):
            found = [(row, str(row)) for row in rows[: MOST_CHOICES + 1]]
        else:
            found = told_apart(with_organization(rows)[: MOST_CHOICES + 1])
        return [(row.pk, text) for row, text in found] if len(found) <= MOST_CHOICES else []


def _chosen_organization(request) -> int | None:
    values = [value for name, value in request.GET.items() if name.endswith(BY_ORGANIZATION)]
    return whole_number(values[0]) if values else None


def _is_scoped(field):
    return field.is_relation and hasattr(field.remote_field.model, "organization_path")


admin.FieldListFilter.register(_is_scoped, ScopedRelatedFilter, take_priority=True)


class AccessMixin:
    """Answers the admin's questions about rights from `access`, for forms and inlines alike."""

    def _allowed(self, request, action, obj=None):
        return access.refusal(request.user, action, self.model, obj) is None

    def has_module_permission(self, request):
        """Say whether the model shows on the index page."""
        return self._allowed(request, "view")

    def has_view_permission(self, request, obj=None):
        """Say whether the user may read."""
        return self._allowed(request, "view", obj)

    def has_add_permission(self, request, obj=None):
        """Say whether the user may add rows; for an inline `obj` is its parent."""
        return self._allowed(request, "add")

    def has_change_permission(self, request, obj=None):
        """Say whether the user may change this row."""
        return self._allowed(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        """Say whether the user may delete this row."""
        return self._allowed(request, "delete", obj)

    def get_queryset(self, request):
        """Scope the rows."""
        queryset = super().get_queryset(request)
        return queryset.visible_to(request.user) if hasattr(queryset, "visible_to") else queryset

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Scope the choices of a foreign key: to what the user may read, and to the organization the form is about.

        Where there is none yet, as in a new row, those of several organizations stand under their names.
        """
        model = db_field.remote_field.model
        if "queryset" not in kwargs and hasattr(model.objects.all(), "visible_to"):
            kwargs["queryset"] = model.objects.visible_to(request.user)
        if belongs_somewhere(model) and reads_several(request.user):
            kwargs.setdefault("form_class", BureauChoiceField)
            if (organization := self._organization_of_page(request)) is not None:
                kwargs["queryset"] = kwargs["queryset"].filter(**{model.organization_path: organization})
        elif model is get_user_model():
            kwargs.setdefault("form_class", PersonChoiceField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _organization_of_page(self, request) -> int | None:
        """Return the organization of the row whose page this is; None for a new row, and where it can be chosen."""
        model = getattr(self, "parent_model", self.model)  # an inline stands on its parent's page
        pk = id_of(request.resolver_match.kwargs.get("object_id", "")) if request.resolver_match else None
        if pk is None or not belongs_somewhere(model) or model.organization_path == "organization_id":
            return None
        if not hasattr(request, "_organization_of_page"):
            values = model._base_manager.filter(pk=pk).values_list(model.organization_path, flat=True)
            request._organization_of_page = values.first()
        return request._organization_of_page


class RecordedMixin:
    """Leaves one security event for each row added, changed or deleted; `audit_kind` says of which kind."""

    audit_kind = EventKind.SETTINGS

    def log_addition(self, request, obj, message):
        """Record a new row."""
        record(self.audit_kind, request, target=obj, detail="新增")
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        """Record a changed row, if anything in it was changed."""
        if message:
            record(self.audit_kind, request, target=obj, detail="修改")
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        """Record deleted rows."""
        for obj in queryset:
            record(self.audit_kind, request, target=obj, detail="删除")
        return super().log_deletions(request, queryset)


class ScopedAdmin(ConflictMixin, AccessMixin, admin.ModelAdmin):
    """Base of every admin class."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    paginator = CappedPaginator
    save_on_top = False

    def get_paginator(self, request, queryset, per_page, orphans=0, allow_empty_first_page=True):
        """Count a little beyond the page that is asked for."""
        page = min(whole_number(request.GET.get("p")) or 1, LAST_PAGE)
        return self.paginator(queryset, per_page, orphans, allow_empty_first_page, page=page)

    def get_changeform_initial_data(self, request):
        """Fill in the organization where the user supervises just one."""
        initial = super().get_changeform_initial_data(request)
        supervised = access.standing(request.user).supervised
        if len(supervised) == 1:
            initial.setdefault("organization", next(iter(supervised)))
        return initial

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Answer 404 for a row that is not there or not the user's to see."""
        raise Http404

    def save_model(self, request, obj, form, change):
        """Ask again for the row as it would be stored: nobody moves a row to where he has no rights."""
        if refused := access.refusal(request.user, "change" if change else "add", self.model, obj):
            raise PermissionDenied(refused)
        super().save_model(request, obj, form, change)


class HistoryAdmin(ScopedAdmin, SimpleHistoryAdmin):
    """Base of the admin classes whose model keeps field history: to be read, never to be put back."""

    def get_historical_record_context_helper(self, request, historical_record):
        """Tell changes in words."""
        return DeltaHelper(self.model, historical_record)

    def save_model(self, request, obj, form, change):
        """Save what changed: pressing 保存 on an unchanged form leaves no history row."""
        if form.changed_data or not change:
            super().save_model(request, obj, form, change)

    def history_view(self, request, object_id, extra_context=None):
        """List the history of a row the user may read."""
        self._visible_or_404(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """Show one former version."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("历史只能查看，不能改动。")
        self._visible_or_404(request, object_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def _visible_or_404(self, request, object_id):
        if not self.get_queryset(request).filter(pk=id_of(object_id)).exists():
            raise Http404


class ScopedInline(AccessMixin, admin.TabularInline):
    """Base of every inline: its rights are those of the row it stands in."""

    extra = 0
    show_change_link = False

    def _allowed(self, request, action, obj=None):
        if action == "view":
            return True
        parent_action = "change" if obj is not None else "add"
        return access.refusal(request.user, parent_action, self.parent_model, obj) is None

    def has_add_permission(self, request, obj=None):
        """Say whether rows may be added: whether the parent may be changed."""
        return self._allowed(request, "add", obj)
