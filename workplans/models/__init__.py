"""What is to be done: organizations, documents, plans (DESIGN 3)."""

from .importdraft import ImportDraft, ImportStep
from .milestone import Milestone, MilestonesOf
from .organization import Membership, Office, Organization
from .plan import Assignment, Item, Plan, Section, Task
from .request import ItemRequest
from .scan import ScanFile, ScanPage, ScanReading
from .source import SourceDocument
from .target import Target
from .waiting_upload import WaitingUpload

__all__ = [
    "Assignment",
    "ImportDraft",
    "ImportStep",
    "Item",
    "ItemRequest",
    "Membership",
    "Milestone",
    "MilestonesOf",
    "Office",
    "Organization",
    "Plan",
    "ScanFile",
    "ScanPage",
    "ScanReading",
    "Section",
    "SourceDocument",
    "Target",
    "Task",
    "WaitingUpload",
]
