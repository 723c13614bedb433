"""What every model of an organization has: a queryset scoped by user, and the way to its organization."""

from django.db import models

from workplans import access


class ScopedQuerySet(models.QuerySet):
    """Rows of organizations; the model says in `organization_path` how to get to one."""

    def visible_to(self, user):
        """Return the rows the user may read: the first call of every view, field, export and list."""
        return access.scope(self, user, self.model.organization_path)


class Scoped(models.Model):
    """Base of every model that belongs to an organization."""

    organization_path = "organization_id"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def organization_of(self) -> int | None:
        """Return the id of the organization this row belongs to, None while that is not set."""
        value = self
        for name in self.organization_path.split("__"):
            value = getattr(value, name, None)
            if value is None:
                return None
        return value


def choice_constraint(field, choices, prefix, label):
    """Return a constraint that holds `field` to the values of `choices`, with the message a user sees."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": choices.values}),
        name=f"{prefix}_{field}_known",
        violation_error_message=f"{label}只能是：{'、'.join(str(text) for text in choices.labels)}。",
    )
