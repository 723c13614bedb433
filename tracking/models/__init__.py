"""How it goes: periods, reports and what happened to them (DESIGN 3)."""

from .change import Change
from .channel import Channel, ChannelKind, Message, MessageChoice, MessageEvent, MessageState
from .evidence import Evidence
from .feedback import Feedback
from .holidays import DueDateChange, HolidayNotice
from .instruction import Instruction, InstructionAnswer, InstructionOffice, Remark
from .layout import SheetKind, SheetLayout
from .letter_template import LetterTemplate
from .paper_kind import PaperKind
from .period import Period, Reopening
from .report import Report, ReportEvent, ReportStep, TaskReport
from .table_export import TableExport
from .upload import FillUpload
from .urging import Digest, Urge
from .view import SavedView

__all__ = [
    "Change",
    "Channel",
    "ChannelKind",
    "Digest",
    "DueDateChange",
    "Evidence",
    "Feedback",
    "FillUpload",
    "HolidayNotice",
    "Instruction",
    "InstructionAnswer",
    "InstructionOffice",
    "LetterTemplate",
    "Message",
    "MessageChoice",
    "MessageEvent",
    "MessageState",
    "PaperKind",
    "Period",
    "Remark",
    "Reopening",
    "Report",
    "ReportEvent",
    "ReportStep",
    "SavedView",
    "SheetKind",
    "SheetLayout",
    "TableExport",
    "TaskReport",
    "Urge",
]
