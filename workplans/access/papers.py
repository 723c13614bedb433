"""Rules of papers: who compiles, who signs."""

from .general import supervises
from .roles import standing


def compiles_feedback(user, obj) -> str | None:
    """A supervisor of the organization compiles, as long as nobody has signed."""
    if refused := supervises(user, obj):
        return refused
    return obj.compiling_refusal() if obj is not None and hasattr(obj, "compiling_refusal") else None


def signs_feedback(user, obj) -> str | None:
    """A leader of the organization signs; the system administrator as such does not. Supervisors issue what needs no leader."""
    if not obj.needs_leader:
        return supervises(user, obj)
    led = standing(user).led
    return None if obj.organization_of() in led else "只有本单位的局领导可以签名。"
