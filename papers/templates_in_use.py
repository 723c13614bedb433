"""Putting a bureau's own Word template into use, or our own layout again; each change is a row that stays."""

import hashlib

from django.core.exceptions import PermissionDenied

from tracking.models import LetterTemplate
from workplans import access

from .templating.sandbox import problems_under_limits


class TemplateRefused(Exception):
    """The file cannot be a template; `problems` says why, a Chinese sentence each."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


def use_template(organization, kind, name, content: bytes, *, by, now) -> LetterTemplate:
    """Lay out papers of `kind` with the file from now on. Raises PermissionDenied, TemplateRefused."""
    row = _row(
        organization, kind, by, now, name=name[:255], content=content, sha256=hashlib.sha256(content).hexdigest()
    )
    if problems := problems_under_limits(content, kind):
        raise TemplateRefused(problems)
    row.save()
    return row


def use_standard(organization, kind, *, by, now) -> LetterTemplate:
    """Go back to our own layout. Raises PermissionDenied."""
    row = _row(organization, kind, by, now)
    row.save()
    return row


def _row(organization, kind, by, now, **values) -> LetterTemplate:
    row = LetterTemplate(organization=organization, kind=kind, uploaded_by=by, uploaded_at=now, **values)
    if refused := access.refusal(by, "add", LetterTemplate, row):
        raise PermissionDenied(refused)
    return row
