"""The office that owes a report: remembered by the report, so that a later move or renaming rewrites no closed period."""

from django.db import models


def _is_new_slot(row, add) -> bool:
    """Say whether a report itself, not a row of its history, is stored for the first time."""
    return add and hasattr(row, "office_name")


class OwingOffice(models.ForeignKey):
    """The office of a slot: where nobody says another, the one its item is reported by when the slot is made."""

    def pre_save(self, model_instance, add):
        """Return the id of the office."""
        if _is_new_slot(model_instance, add) and model_instance.office_id is None:
            model_instance.office = model_instance.item.reporting_office
        return super().pre_save(model_instance, add)


class OwingOfficeName(models.CharField):
    """The name of that office when the slot is made; stored anew when the period closes."""

    def pre_save(self, model_instance, add):
        """Return the name; `office` is declared before, so it is known by now."""
        if _is_new_slot(model_instance, add) and not model_instance.office_name and model_instance.office_id:
            model_instance.office_name = model_instance.office.name
        return super().pre_save(model_instance, add)
