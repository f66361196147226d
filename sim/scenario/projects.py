"""A planner's own project list: what each row says, and whether the rows fit each other and the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sim.scenario.allocation import Allocation, unknown
from sim.scenario.assumption import evidence
from sim.scenario.fields import Day, Line, Money, Strict, Truth, listed, refuse
from sim.scenario.names import KINDS, nearest

#: So many projects an allocation may have: what a replication says of each has to stay small.
MOST_PROJECTS = 1500
#: What one project may consist of, and how many hamlets a village may number.
MOST_PLACES, MOST_HAMLETS = 10_000, 999
#: What tells a project from others of its list: kind, village, hamlet (0: none).
Place = tuple[str, int, int]
Found = Iterator[tuple[tuple[str | int, ...], PydanticCustomError]]
#: Rows with their places in the list.
Rows = list[tuple[int, "ListedProject"]]


def _kind(word: str) -> str:
    if word not in KINDS:
        raise refuse("unknown_kind", ", ".join(KINDS), nearest(word, KINDS, "project_kind"))
    return word


def _kinds(of: str) -> str:
    """Return the kinds of a line, or of what a place is for."""
    return ", ".join(kind for kind, known in KINDS.items() if of in known)


def _whole(low: int, high: int, otherwise: str = "not_whole") -> BeforeValidator:
    def read(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse(otherwise)
        if not low <= value <= high:
            raise refuse("out_of_bounds", f"{low}..{high}")
        return value

    return BeforeValidator(read)


class ListedProject(Strict):
    """One row: so many places of a kind in a village (or one of its hamlets), at a cost, not before a day.

    Villages are numbered from 1, hamlets within their village from 1; 0 is none. ``cost_yuan`` is that of all places
    together. A row ``under_way`` stands for work that was begun earlier. ``allocation`` is '' where every allocation
    has the row. ``finish`` is the planner's date and moves nothing; neither do ``households`` and ``name``.
    """

    allocation: str = ""
    line: Line
    kind: Annotated[str, AfterValidator(_kind)]
    village: Annotated[int, _whole(1, 10_000, "not_numbered")]
    hamlet: Annotated[int, _whole(0, MOST_HAMLETS, "not_numbered")] = 0
    places: Annotated[int, _whole(1, MOST_PLACES)] = 1
    cost_yuan: Money
    start: Day | None = None
    finish: Day | None = None
    under_way: Truth = False
    households: float = Field(default=0.0, ge=0.0)
    name: str = ""

    @property
    def place(self) -> Place:
        """What tells it from others of its list that are under way, or are not."""
        return self.kind, self.village, self.hamlet

    @property
    def unit_cost_yuan(self) -> int:
        """Whole yuan of one place; what does not divide evenly stays with the line."""
        return self.cost_yuan // self.places

    @model_validator(mode="after")
    def _consistent(self) -> ListedProject:
        line, scope = KINDS[self.kind]
        if line != self.line:
            raise refuse("kind_of_line", _kinds(self.line), pays=line)
        if self.hamlet and scope != "hamlet":
            raise refuse("no_hamlet_kind", _kinds("hamlet"))
        if self.places > 1 and (self.hamlet or scope == "village"):
            raise refuse("one_place", "1")
        if self.start and self.finish and self.finish < self.start:
            raise refuse("finish_before_start", f">= {self.start}", start=self.start)
        return self

    @model_serializer(mode="wrap")
    def _brief(self, write: Any) -> dict[str, Any]:
        """Leave out what a row does not say."""
        unsaid = ("", 0, 0.0, None, False)
        return {key: value for key, value in write(self).items() if value not in unsaid or key == "cost_yuan"}


#: Where a fault between fields of a row is shown.
FIELD_OF = {
    "kind_of_line": "kind", "no_hamlet_kind": "hamlet", "one_place": "places", "finish_before_start": "finish",
}  # fmt: skip


class ProjectList(Strict):
    """The rows in the file's order, the file's name without its folder, and the encoding that it was found to have."""

    file: str = ""
    encoding: str = ""
    rows: Annotated[tuple[ListedProject, ...], BeforeValidator(listed), Field(min_length=1)]

    def of(self, allocation: str) -> tuple[ListedProject, ...]:
        """Return the rows of an allocation, in the file's order."""
        return tuple(row for row in self.rows if row.allocation in ("", allocation))

    def only(self, allocations: Iterable[str]) -> ProjectList:
        """Return the list without the rows of other allocations."""
        named = {"", *allocations}
        kept = tuple(row for row in self.rows if row.allocation in named)
        return self if len(kept) == len(self.rows) else self.model_copy(update={"rows": kept})


def sound(rows: Iterable[object]) -> ProjectList:
    """Return a list with the rows that are right by themselves in their places, None in those of the others."""
    return ProjectList.model_construct(rows=tuple(map(_or_none, rows)))


def _or_none(row: object) -> ListedProject | None:
    """A row that is wrong only in what does not say where it is keeps its place."""
    try:
        return ListedProject.model_validate(row)
    except ValidationError as error:
        wrong = {str(found["loc"][0]) for found in error.errors() if found["loc"]}
        if not isinstance(row, dict) or not wrong or wrong & {"line", "kind", "village", "hamlet", "allocation"}:
            return None
        return _or_none({"cost_yuan": 0, **{key: value for key, value in row.items() if key not in wrong}})


def villages(scale: float) -> int:
    """Return how many villages a county of a scale has."""
    return max(7, round(float(evidence()["county.villages"].value) * scale))


def misfits(fields: Mapping[str, Any]) -> Found:
    """Yield what of the list does not fit the scenario: places, days, repetitions, allocations."""
    found = fields.get("projects")
    if found is None:
        return
    rows = [(number, row) for number, row in enumerate(found.rows) if row is not None]
    yield from _decided(fields)
    yield from _places(rows, fields)
    yield from _repeated(rows)
    allocations = fields.get("allocations")
    if allocations is not None:
        strange = list(_named(rows, allocations))
        yield from strange
        if len(rows) == len(found.rows) and not strange:
            yield from _counted(found, fields.get("compare") or tuple(allocations), allocations)


def _decided(fields: Mapping[str, Any]) -> Found:
    """An allocation that acts from a later year on would have a list whose year is over."""
    start, end, decide = (fields.get(name) for name in ("start_date", "end_date", "decide_on"))
    if start and end and decide and _year_end(start, end) < decide <= end:
        yield ("decide_on",), _outside(start, _year_end(start, end))


def _outside(start: date, end: date) -> PydanticCustomError:
    return refuse("outside_list_year", f"{start}..{end}", start=start, end=end)


def _places(rows: Rows, fields: Mapping[str, Any]) -> Found:
    start, end, scale = (fields.get(name) for name in ("start_date", "end_date", "scale"))
    most = villages(1.0 if scale is None else scale)
    for number, row in rows:
        if row.village > most:
            yield ("projects", "rows", number, "village"), refuse("unknown_village", f"01..{most:02d}")
        if row.start and start and end and not start <= row.start <= _year_end(start, end):
            yield ("projects", "rows", number, "start"), _outside(start, _year_end(start, end))


def _year_end(start: date, end: date) -> date:
    """A list is that of the first year; later years list by the rule."""
    return min(end, date(start.year, 12, 31))


def _named(rows: Rows, allocations: Mapping[str, Allocation]) -> Found:
    for number, row in rows:
        if row.allocation and row.allocation not in allocations:
            known, near, titles = unknown(row.allocation, allocations)
            path = "projects", "rows", number, "allocation"
            yield path, refuse("unknown_allocation", known, near, titles=titles)


def _counted(found: ProjectList, compared: Iterable[str], allocations: Mapping[str, Allocation]) -> Found:
    for name in compared:
        rows, plan = len(found.of(name)), allocations.get(name)
        told: dict[str, Any] = {"allocation": name, "titles": {name: plan.title} if plan else {}}
        if not rows:
            yield ("projects",), refuse("no_projects", name, None, **told)
        elif rows > MOST_PROJECTS:
            yield ("projects",), refuse("too_many_projects", f"<= {MOST_PROJECTS}", None, rows=rows, **told)


def _repeated(rows: Rows) -> Found:
    """A project stands once in the list of an allocation; a row of all allocations stands in each."""
    seen: dict[tuple[Place, bool], dict[str, int]] = {}
    for number, row in rows:
        by = seen.setdefault((row.place, row.under_way), {})
        before = by.get(row.allocation, by.get(""))
        if before is None and not row.allocation and by:
            before = min(by.values())
        if before is not None:
            yield ("projects", "rows", number, "kind"), refuse("repeated_project", first=before)
        by.setdefault(row.allocation, number)
