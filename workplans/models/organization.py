"""Organizations, their offices, and who serves where."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from workplans.access import OFFICE_ROLES, ORGANIZATION_ROLES, Role

from .scoping import Scoped, ScopedQuerySet, choice_constraint

# Mobile numbers, and those of desks with area code and extension.
PHONE = RegexValidator(r"^\+?[0-9](?:[0-9 \-]{4,26})[0-9]\Z", "请填写电话号码，如 13800001234 或 021-65550000。")

ROLE_LABELS = {role.value: role.label for role in Role}
# What a role is called in the lists bureaus keep.
ROLE_WORDS = {
    **{role.label: role for role in Role},
    "填报员": Role.REPORTER, "经办人": Role.REPORTER, "联络员": Role.REPORTER, "联系人": Role.REPORTER,
    "负责人": Role.HEAD, "科长": Role.HEAD, "主任": Role.HEAD, "部门负责人": Role.HEAD,
    "督办": Role.SUPERVISOR, "局办督办员": Role.SUPERVISOR,
    "领导": Role.LEADER, "分管领导": Role.LEADER, "分管局领导": Role.LEADER,
}  # fmt: skip
DEFAULT_ROLE = Role.REPORTER


class Organization(Scoped):
    """单位: a district education bureau."""

    organization_path = "pk"

    name = models.CharField("单位名称", max_length=100)
    aliases = models.JSONField("别名", default=list, blank=True, help_text="文件中出现的其他写法。")
    people_by_supervisor = models.BooleanField(
        "人员由督办员管理",
        default=False,
        help_text="勾选后，本单位的督办员可以添加和修改本单位的人员；不能设置系统管理员，也不能动别的单位。",
    )
    steps_skipped = models.JSONField("“开始使用”中跳过的步骤", default=list, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], name="organization_name_unique", violation_error_message="已有同名的单位。"
            ),
        ]

    def __str__(self):
        return self.name

    def called(self, name: str) -> bool:
        """Say whether `name` means this organization: its name, an alias, or either behind 市 or 省."""
        own = [self.name, *self.aliases]
        return any(name == other or name.endswith(other) or other.endswith(name) for other in own)


class OfficeQuerySet(ScopedQuerySet):
    """Which offices?"""

    def reporting(self):
        """Return the offices that can report: all but 各科室."""
        return self.exclude(kind=Office.Kind.ALL)

    def with_members(self):
        """Prefetch who serves in each office as `members`, those who have left aside."""
        members = Membership.objects.filter(user__is_active=True).select_related("user")
        return self.prefetch_related(models.Prefetch("memberships", members, to_attr="members"))


class OfficeKind(models.TextChoices):
    """What an office is to its bureau."""

    ORDINARY = "ordinary", "普通科室"
    COORDINATING = "coordinating", "局办公室（督办）"
    ALL = "all", "各科室（泛指全部）"


class Office(Scoped):
    """科室: a part of one organization. `aliases` make 德育 and 德育科 one office."""

    Kind = OfficeKind

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="offices")
    name = models.CharField("科室名称", max_length=60)
    aliases = models.JSONField("别名", default=list, blank=True, help_text="文件中出现的其他写法，如“德育”即“德育科”。")
    kind = models.CharField("类别", max_length=12, choices=Kind, default=Kind.ORDINARY)
    position = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "科室"
        ordering = ["organization", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="office_name_unique",
                violation_error_message="本单位已有同名的科室。",
            ),
            models.UniqueConstraint(
                fields=["organization", "kind"],
                condition=~Q(kind="ordinary"),
                name="office_kind_once",
                violation_error_message="每个单位只能有一个局办公室和一个“各科室”。",
            ),
            choice_constraint("kind", OfficeKind, "office", "类别"),
        ]

    def __str__(self):
        return self.name

    def called(self, name: str) -> bool:
        """Say whether `name` means this office: its name or an alias, 科 left out or not."""
        own = {self.name, *self.aliases}
        return name in own or f"{name}科" in own or (name.endswith("科") and name[:-1] in own)


class Membership(Scoped):
    """任职: which user serves where, as what."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="用户", related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="memberships")
    office = models.ForeignKey(
        Office, models.PROTECT, verbose_name="科室", related_name="memberships", null=True, blank=True
    )
    role = models.CharField("角色", max_length=12, choices=Role)
    phone = models.CharField(
        "手机", max_length=30, blank=True, validators=[PHONE], help_text="也可以填座机，如 021-65550000。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["organization", "office", "role", "pk"]
        constraints = [
            choice_constraint("role", Role, "membership", "角色"),
            models.CheckConstraint(
                condition=Q(role__in=OFFICE_ROLES, office__isnull=False)
                | Q(role__in=ORGANIZATION_ROLES, office__isnull=True),
                name="membership_office_by_role",
                violation_error_message="填报人和科室负责人必须选科室，督办员和局领导不选科室。",
            ),
            models.UniqueConstraint(
                fields=["user", "office", "role"],
                condition=Q(office__isnull=False),
                name="membership_in_office_once",
                violation_error_message="这位用户在这个科室已有同样的任职。",
            ),
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=Q(office__isnull=True),
                name="membership_in_organization_once",
                violation_error_message="这位用户在这个单位已有同样的任职。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.office or self.organization} {self.get_role_display()}"

    def clean(self):
        """Refuse an office of another organization."""
        if self.office_id and self.office.organization_id != self.organization_id:
            raise ValidationError({"office": "所选科室不属于所选单位。"})
