"""What a feedback letter reports."""

from typing import Any

from importer.drafts.checked_draft import Proof

from .table import assign, called, letter_of, one_of


@called("修改事项")
def edit_project(proof: Proof, project: int, **values: Any) -> None:
    """Correct one project a letter reports on."""
    assign(one_of(letter_of(proof).projects, project, "事项"), values)


@called("修改内容块")
def edit_block(proof: Proof, block: int, **values: Any) -> None:
    """Correct a chapter of a letter."""
    assign(one_of(letter_of(proof).blocks, block, "内容块"), values)


@called("修改分项进展")
def edit_task(proof: Proof, task: int, **values: Any) -> None:
    """Correct one part of what a letter reports."""
    assign(one_of(letter_of(proof).tasks, task, "分项"), values)
