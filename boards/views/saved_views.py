"""我的筛选: keep a board's filter under a name, and let it go again."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from boards.filters import kept_query
from tracking.models import SavedView
from workplans.models import Plan
from workplans.steps import post_only


class SavedViewForm(forms.ModelForm):
    """A name for the filter that stands in the address."""

    class Meta:
        model = SavedView
        fields = ("name", "query")
        error_messages = {"query": {"required": "没有选择任何条件，无需保存。"}}

    def __init__(self, data, *, user, plan):
        super().__init__(data, instance=SavedView(user=user, plan=plan))

    def clean_query(self):
        """Keep the filter alone."""
        kept = kept_query(self.cleaned_data["query"])
        if not kept:
            raise forms.ValidationError("没有选择任何条件，无需保存。")
        return kept

    def _get_validation_exclusions(self):
        """Let the constraint on user, plan and name speak although only the name is a field."""
        return super()._get_validation_exclusions() - {"user", "plan"}


@post_only
def plan_view_save(request, pk):
    """Keep the filter of a plan's board under a name, for this person."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user), pk=pk)
    form = SavedViewForm(request.POST, user=request.user, plan=plan)
    if form.is_valid():
        saved = form.save()
        messages.success(request, f"已保存筛选“{saved}”。")
    else:
        messages.error(request, " ".join(text for texts in form.errors.values() for text in texts))
    query = kept_query(request.POST.get("query", ""))
    return redirect(f"{reverse('boards:plan_board', args=[plan.pk])}?{query}")


@post_only
def saved_view_delete(request, pk):
    """Let one of the person's own filters go."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    view.delete()
    messages.success(request, f"已删除筛选“{view}”。")
    return redirect("boards:plan_board", pk=view.plan_id)
