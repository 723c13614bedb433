"""Which papers the list shows, and which its downloads and signing in one go take: one plain GET form."""

import django_filters

from tracking.models import Feedback, PaperKind, Period
from workplans.models import Plan


class PaperFilter(django_filters.FilterSet):
    """Kind, period, plan and status of papers."""

    kind = django_filters.ChoiceFilter(label="种类", empty_label="全部种类", choices=PaperKind.choices)
    period = django_filters.ModelChoiceFilter(label="填报期", empty_label="全部填报期", queryset=Period.objects.none())
    plan = django_filters.ModelChoiceFilter(label="工作计划", empty_label="全部计划", queryset=Plan.objects.none())
    status = django_filters.ChoiceFilter(
        label="状态", empty_label="全部状态", choices=[("draft", "待签名、待签发"), ("signed", "已签名、已签发")]
    )

    class Meta:
        model = Feedback
        fields = ["kind", "period", "plan", "status"]

    def __init__(self, data, queryset, *, user):
        super().__init__(data, queryset)
        self.filters["period"].queryset = Period.objects.visible_to(user).filter(feedbacks__isnull=False).distinct()
        self.filters["plan"].queryset = Plan.objects.visible_to(user).filter(feedbacks__isnull=False).distinct()
