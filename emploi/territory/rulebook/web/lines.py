"""What the screens show of each parameter: its value in words, since when, and what comes next."""

from dataclasses import dataclass
from datetime import date

from emploi.territory.rulebook import catalogue, queries
from emploi.territory.rulebook.enums import Nature, Status
from emploi.territory.rulebook.facts import Definition, Parameter, Timer
from emploi.territory.rulebook.models import Regime
from emploi.territory.rulebook.wording import said


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter on a day."""

    definition: Definition
    current: Parameter | None
    coming: Parameter | None

    @property
    def said(self) -> str:
        """The value of the day in words."""
        return said(self.current.value, self.current.unit) if self.current else ""

    @property
    def coming_said(self) -> str:
        """The value to come in words."""
        return said(self.coming.value, self.coming.unit) if self.coming else ""

    @property
    def nature_label(self) -> str:
        """Who decides of it."""
        return str(Nature(self.definition.nature).label)

    @property
    def to_confirm(self) -> bool:
        """Whether a jurist still has to read it."""
        return any(p is not None and p.status == Status.TO_CONFIRM for p in (self.current, self.coming))


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters under one heading."""

    slug: str
    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class TimerLine:
    """A legal delay with the value of its parameter, and whether it runs under the regime of the day."""

    timer: Timer
    duration: str
    in_force: bool


def line_of(slug: str, on: date, values: list[Parameter] | None = None) -> Line:
    """One parameter as it stands on a day."""
    known = queries.all_values().get(slug, []) if values is None else values
    current = next((p for p in known if p.valid_from <= on and (p.valid_to is None or on <= p.valid_to)), None)
    later = [p for p in known if p.valid_from > on]
    return Line(catalogue.definition(slug), current, min(later, key=lambda p: p.valid_from, default=None))


def groups(on: date) -> list[Group]:
    """Every parameter, in the order of the shipped files."""
    table = queries.all_values()
    found: dict[str, Group] = {}
    for slug, definition in catalogue.definitions().items():
        group = found.setdefault(definition.group_slug, Group(definition.group_slug, definition.group_title, []))
        group.lines.append(line_of(slug, on, table.get(slug, [])))
    return list(found.values())


def timer_lines(on: date, regime: Regime | None) -> list[TimerLine]:
    """The table of legal delays, each with its present duration."""
    return [
        TimerLine(
            timer,
            line_of(timer.parameter, on).said if timer.parameter else timer.duration,
            regime is not None and (regime.code in timer.regimes or not any(r.startswith("R") for r in timer.regimes)),
        )
        for timer in catalogue.timers()
    ]
