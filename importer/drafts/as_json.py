"""Drafts -> plain dictionaries with the keys of `import_document --json`."""

from decimal import Decimal
from typing import Any

from .drafts import (
    FROM_DOCUMENT,
    AnyDraft,
    FeedbackDraft,
    ItemDraft,
    MilestoneDraft,
    PlanDraft,
    Problem,
    SectionDraft,
    TargetDraft,
)


def drafts_to_json(draft: AnyDraft) -> dict[str, Any]:
    """One draft as a dictionary that `json.dumps` takes."""
    common = {
        "kind": draft.kind,
        "document_number": draft.document_number,
        "issuer": draft.issuer,
        "title": draft.title,
        "year": draft.year,
        "issued_on": draft.issued_on.isoformat() if draft.issued_on else None,
        "preamble": draft.preamble,
        "closing": draft.closing,
    }
    own = plan_keys(draft) if isinstance(draft, PlanDraft) else feedback_keys(draft)
    alternatives = [
        {"choice": other.choice, "title": other.title, "description": other.description} for other in draft.alternatives
    ]
    return (
        common | own | {"alternatives": alternatives, "problems": [problem_keys(problem) for problem in draft.problems]}
    )


def plan_keys(draft: PlanDraft) -> dict[str, Any]:
    """What only a plan has."""
    return {"sections": [section_keys(section) for section in draft.sections]}


def section_keys(section: SectionDraft) -> dict[str, Any]:
    """A section with its items in document order."""
    return {
        "ordinal": section.ordinal,
        "title": section.title,
        "text": section.text,
        "items": [item_keys(item) for item in section.items],
    }


def item_keys(item: ItemDraft) -> dict[str, Any]:
    """An item."""
    return {
        **{field.name: getattr(item, field.name) for field in FROM_DOCUMENT},
        "offices": item.offices,
        "lead_offices": item.lead_offices,
        "support_offices": item.support_offices,
        "leaders": item.leaders,
        "deadline": item.deadline.isoformat() if item.deadline else None,
        "line": item.line,
        "confidence": item.confidence,
        "doubts": item.doubts,
        "targets": [target_keys(target) for target in item.targets],
        "milestones": [milestone_keys(milestone) for milestone in item.milestones],
    }


def milestone_keys(milestone: MilestoneDraft) -> dict[str, Any]:
    """What is to be reached by when."""
    return {
        "what": milestone.what,
        "words": milestone.words,
        "due_on": milestone.due_on.isoformat() if milestone.due_on else None,
        "expected_percent": plain(milestone.expected_percent),
    }


def target_keys(target: TargetDraft) -> dict[str, Any]:
    """A quantified target."""
    return {
        "text": target.text,
        "value": plain(target.value),
        "upper": plain(target.upper),
        "comparison": target.comparison.value,
        "unit": target.unit,
    }


def feedback_keys(draft: FeedbackDraft) -> dict[str, Any]:
    """What only a feedback has."""
    return {
        "recipient": draft.recipient,
        "period": draft.period,
        "completion_percent": plain(draft.completion_percent),
        "projects": [
            {"number": project.number, "title": project.title, "completion_percent": plain(project.completion_percent)}
            for project in draft.projects
        ],
        "blocks": [{"heading": block.heading, "kind": block.kind, "text": block.text} for block in draft.blocks],
        "tasks": [
            {
                "path": task.path,
                "progress": task.progress,
                "difficulties": task.difficulties,
                "next_steps": task.next_steps,
            }
            for task in draft.tasks
        ],
        "contacts": draft.contacts,
        "phones": draft.phones,
    }


def plain(number: Decimal | float | None) -> float | int | None:
    """A number without `.0`."""
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)


def problem_keys(problem: Problem) -> dict[str, Any]:
    """A problem."""
    return {
        "line": problem.line,
        "text": problem.text,
        "message": problem.message,
        "hint": problem.hint,
        "severity": str(problem.severity),
    }
