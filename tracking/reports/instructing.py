"""批示 and 问答: saying them, answering them, and which are open."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch

from tracking.models import Instruction, InstructionAnswer, InstructionOffice, Remark
from tracking.notices.outgoing import tell_instructed
from workplans import access


@transaction.atomic
def instruct(item, offices, *, text, by, now, due_on=None, report=None) -> Instruction:
    """Store a 批示 on `item` (or on its `report`) to `offices`; raise PermissionDenied for who may not."""
    if refused := access.instructs(by, item):
        raise PermissionDenied(refused)
    said = Instruction.objects.create(item=item, report=report, by=by, at=now, text=text.strip(), due_on=due_on)
    addressed = InstructionOffice.objects.bulk_create(
        InstructionOffice(instruction=said, office=office, office_name=office.name) for office in offices
    )
    tell_instructed(said, addressed, now=now)
    return said


def answer(addressed, *, text, by, now) -> InstructionAnswer:
    """Store what an office answers; raise PermissionDenied for who does not speak for it."""
    if refused := access.answers_instruction(by, addressed):
        raise PermissionDenied(refused)
    return InstructionAnswer.objects.create(addressed=addressed, by=by, at=now, text=text.strip())


def remark(report, *, text, by, now) -> Remark:
    """Store a question or an answer about a report; raise PermissionDenied for who has neither side."""
    if refused := access.remarks_on(by, report):
        raise PermissionDenied(refused)
    is_from_office = access.enters_for_office(by, report)
    return Remark.objects.create(report=report, by=by, at=now, text=text.strip(), is_from_office=is_from_office)


def with_answers(instructions):
    """Add to a queryset of 批示 whom they are addressed to and what was answered; two queries more."""
    answers = Prefetch("answers", InstructionAnswer.objects.select_related("by"))
    return instructions.select_related("by", "item", "report__period").prefetch_related(
        Prefetch("addressed", InstructionOffice.objects.select_related("office").prefetch_related(answers))
    )


def owed_answers(user):
    """Return what the user's offices have to answer, the most urgent first."""
    owed = InstructionOffice.objects.visible_to(user).unanswered().filter(office__in=access.standing(user).offices)
    return owed.select_related("instruction__item__plan", "instruction__by", "instruction__report__period").order_by(
        "instruction__due_on", "instruction__at", "pk"
    )
