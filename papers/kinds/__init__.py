"""The kinds of papers, one module a kind; `KINDS` is the registry that carries all that differs between them."""

from . import bulletin, feedback, handover, urging

KINDS = {row.kind: row for row in (feedback.KIND, bulletin.KIND, urging.KIND, handover.KIND)}
