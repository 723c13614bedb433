"""One table – model, action, rule – and the one question that is asked of it."""

from .general import (
    Rule,
    administers,
    enter_refusal,
    never,
    reads_calendar,
    reads_own,
    supervises,
    supervises_or_administers,
)
from .papers import compiles_feedback
from .people import keeps_membership
from .plans import deletes_draft_part
from .reports import edits_report
from .roles import standing

SLOTS = never("进展报告由填报期开启时自动建立，不能手工添加或删除。")

RECORD = never("流转记录和历史只能查看，不能改动。")

SAID = never("批示、回复和问答送出后不能改动；请在事项和进展报告的页面上说。")

MADE_ON_PAGES = never("这里只能查看；请在相应的页面上操作。")

KEPT_APPLICATION = never("应用写过的进展报告记着它的名字，不能删除；请停用它的令牌。")

IMPORTED = never("来源文件由导入产生，不能手工添加或改动。")

# Model → action → rule. What is not listed is refused; viewing needs only `visible_to`.
RULES: dict[str, dict[str, Rule]] = {
    "user": {"view": administers, "add": administers, "change": administers, "delete": administers},
    "namerepair": {"view": administers} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "securityevent": {"view": administers} | dict.fromkeys(("add", "change", "delete"), RECORD),
    "application": dict.fromkeys(("view", "add", "change"), administers) | {"delete": KEPT_APPLICATION},
    "organization": {"add": administers, "change": administers, "delete": administers},
    "membership": dict.fromkeys(("add", "change", "delete"), keeps_membership),
    "office": dict.fromkeys(("add", "change", "delete", "import"), supervises_or_administers),
    "sourcedocument": {"add": IMPORTED, "change": IMPORTED, "delete": IMPORTED},
    "plan": {"add": supervises, "change": supervises, "delete": deletes_draft_part},
    "section": {"add": supervises, "change": supervises, "delete": deletes_draft_part},
    "item": {"add": supervises, "change": supervises, "delete": deletes_draft_part, "import": supervises},
    "assignment": dict.fromkeys(("add", "change", "delete", "import"), supervises),
    "task": {"add": supervises, "change": supervises, "delete": deletes_draft_part},
    "target": dict.fromkeys(("add", "change", "delete"), supervises),
    "milestone": dict.fromkeys(("add", "change", "delete", "import"), supervises),
    "period": {"add": supervises, "change": supervises, "delete": supervises},
    "report": {"add": SLOTS, "change": edits_report, "delete": SLOTS, "import": edits_report},
    "taskreport": {"add": SLOTS, "change": SLOTS, "delete": SLOTS},
    "reportevent": {"add": RECORD, "change": RECORD, "delete": RECORD},
    "instruction": dict.fromkeys(("add", "change", "delete"), SAID),
    "instructionoffice": dict.fromkeys(("add", "change", "delete"), SAID),
    "instructionanswer": dict.fromkeys(("add", "change", "delete"), SAID),
    "remark": dict.fromkeys(("add", "change", "delete"), SAID),
    "reopening": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "urge": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "holidaynotice": {"view": reads_calendar} | dict.fromkeys(("add", "change", "delete"), administers),
    "duedatechange": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "digest": {"view": reads_own} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "tableexport": {"view": reads_own} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "evidence": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "sheetlayout": dict.fromkeys(("add", "change", "delete"), supervises),
    "feedback": dict.fromkeys(("add", "change", "delete"), compiles_feedback),
    "lettertemplate": {"add": supervises} | dict.fromkeys(("change", "delete"), MADE_ON_PAGES),
    "importdraft": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "importstep": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "scanreading": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "scanfile": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "scanpage": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "itemrequest": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
}


def refusal(user, action: str, model, obj=None) -> str | None:
    """Say why `user` may not do `action` (view, add, change, delete, import) on `obj` of `model`; None if allowed.

    Without `obj` the question is whether the user may do it to any row at all.
    """
    if refused := enter_refusal(user):
        return refused
    rules = RULES.get(model._meta.model_name, {})
    if action == "view":
        return rules.get("view", lambda user, obj: _outside(user, obj))(user, obj)
    return rules.get(action, never("此处不能进行这项操作。"))(user, obj) or _outside(user, obj)


def _outside(user, obj) -> str | None:
    held = standing(user)
    if obj is None or held.is_superuser or obj.organization_of() in held.organizations:
        return None
    return "这不是您单位的数据。"
