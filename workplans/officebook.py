"""The offices of one organization, looked up by the names a document uses."""

from importer.drafts.drafts import Problem

from .models import Assignment, Office

# Names that mean every office (seed 虹口 2022, items 9 and 13).
ALL_OFFICES = frozenset({"各科室", "各部门", "各处室", "各有关科室", "机关各科室", "局机关各科室", "各相关科室"})
SHORTEST_NAME = 2  # a single character would be found everywhere
COORDINATING_NAMES = ("办公室", "局办公室", "党政办公室", "行政办公室", "综合办公室")


class OfficeBook:
    """Finds the organization's offices by name, and makes the ones a document names for the first time.

    Use: `book.enter(names)` once with all names of the document, then `book[name]`.
    """

    def __init__(self, organization):
        self.organization = organization
        self.offices = list(Office.objects.filter(organization=organization))
        self.problems: list[Problem] = []

    def __getitem__(self, name) -> Office:
        """Return the office called `name`; KeyError if it was never entered."""
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def find(self, name) -> Office | None:
        """Return the office called `name`, None if there is none. An exact name wins over an alias."""
        if name in ALL_OFFICES:
            return self._of_kind(Office.Kind.ALL)
        exact = next((office for office in self.offices if office.name == name), None)
        return exact or next((office for office in self.offices if office.called(name)), None)

    def names(self) -> frozenset[str]:
        """Every name the offices are called by: what the importer takes for an office wherever it stands."""
        own = {name for office in self.offices for name in (office.name, *office.aliases)}
        return frozenset(name for name in own if len(name) >= SHORTEST_NAME)

    @property
    def coordinating(self) -> Office:
        """The bureau's own office, which reports where nobody else does; known after `enter`."""
        return self._of_kind(Office.Kind.COORDINATING)

    def enter(self, lines_by_name):
        """Make the offices of `lines_by_name` (name → first line) that are not known, each with a warning."""
        made = [self._make(name, line) for name, line in lines_by_name.items() if self.find(name) is None]
        if self.coordinating is None:
            made += self._appoint_coordinating()
        for position, office in enumerate(made, start=len(self.offices) - len(made) + 1):
            office.position = position
        Office.objects.bulk_create(made)

    def _make(self, name, line):
        kind = Office.Kind.ALL if name in ALL_OFFICES else Office.Kind.ORDINARY
        if name in COORDINATING_NAMES and self.coordinating is None:
            kind = Office.Kind.COORDINATING
        office = Office(organization=self.organization, name=name, kind=kind)
        self.offices.append(office)
        if kind == Office.Kind.ORDINARY:
            self.problems.append(
                Problem(
                    line,
                    name,
                    f"科室“{name}”是第一次出现，已新建。",
                    "如果它就是已有的某个科室，请在“科室”中把这个写法加为那个科室的别名，并删去新建的。",
                )
            )
        return office

    def _appoint_coordinating(self):
        """Make a known 办公室 the coordinating office, or make one; return what is to be created."""
        known = next((office for office in self.offices if office.name in COORDINATING_NAMES), None)
        if known:
            known.kind = Office.Kind.COORDINATING
            known.save(update_fields=["kind"])
            return []
        office = Office(organization=self.organization, name=COORDINATING_NAMES[0], kind=Office.Kind.COORDINATING)
        self.offices.append(office)
        return [office]

    def _of_kind(self, kind):
        return next((office for office in self.offices if office.kind == kind), None)


def assignments_of(item, draft, book) -> list[Assignment]:
    """Return the unsaved assignments of `item`: every office the draft names, once, as the text calls it."""
    roles = dict.fromkeys(draft.offices, Assignment.Role.RESPONSIBLE)
    roles |= dict.fromkeys(draft.lead_offices, Assignment.Role.LEAD)
    roles |= dict.fromkeys(draft.support_offices, Assignment.Role.SUPPORT)
    by_office = {}
    for name, role in roles.items():
        by_office.setdefault(book[name].pk, (book[name], role))
    return [
        Assignment(item=item, office=office, role=role, position=position)
        for position, (office, role) in enumerate(by_office.values(), start=1)
    ]


def reporter_among(named) -> Office | None:
    """Return which of `named` (pairs of office and role, in order) reports: the lead, else the first responsible office.

    各科室 cannot report; None where nobody of them does (DESIGN 3).
    """
    offices = [(office, role) for office, role in named if office.kind != Office.Kind.ALL]
    wanted = (Assignment.Role.LEAD, Assignment.Role.RESPONSIBLE)
    return next((office for role in wanted for office, held in offices if held == role), None)


def reporting_office(draft, book) -> Office:
    """Return who reports of the offices a draft names, else the bureau's own office."""
    support = set(draft.support_offices)
    named = [(book[name], Assignment.Role.LEAD) for name in draft.lead_offices]
    named += [(book[name], Assignment.Role.RESPONSIBLE) for name in draft.offices if name not in support]
    return reporter_among(named) or book.coordinating
