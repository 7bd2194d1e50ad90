"""The daily file (« infra-mensuel »): only the dossiers something happened to, each whole, with its events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from emploi.simulator.caf_files.blocks import dossier_block
from emploi.simulator.caf_files.monthly import ENCODING, Written, header, trailer
from emploi.simulator.life.dossier import Dossier, Snapshot, World, dossier_of, snapshot
from emploi.simulator.life.months import daily_file_on, month_number
from emploi.simulator.life.rights import CLOSED, OPEN, PENDING, SUSPENDED, UNPAID
from emploi.simulator.life.tenancies import Place

# FG: what made the payer look at the dossier again (Annex A).
EVENTS: Final = {PENDING: "DEMRSA", OPEN: "DEMRSA", SUSPENDED: "SUS", UNPAID: "RESTRIRSA", CLOSED: "RAD"}
DUTIES: Final = "ENTDED"


def write_daily_file(path: Path, day: date, views: Iterable[Snapshot], world: World) -> Written:
    """Writes the file of a day, made that very day (DTREF equals DTCREAFLUX)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dossiers = persons = 0
    with path.open("wb") as stream:
        stream.write(header("I", day, day).encode(ENCODING))
        for view in views:
            text = dossier_block(view, world.scenery.partner)
            text = text.replace("</InfosFoyerRSA>", f"{_event(view)}</InfosFoyerRSA>")
            stream.write(text.encode(ENCODING))
            dossiers, persons = dossiers + 1, persons + len(view.people)
        stream.write(trailer(dossiers).encode(ENCODING))
    return Written(dossiers, persons, day, day)


def daily_views(households: int, since: date, until: date, world: World) -> dict[date, list[Snapshot]]:
    """What each daily file made after `since` and up to `until` shows, in one pass over the places."""
    found: dict[date, list[Snapshot]] = defaultdict(list)
    for slot in range(households):
        first_months: dict[int, int] = {}
        place = Place(slot, world.seed, world.figures)
        for tenancy in place.tenancies(month_number(until)):
            first_months.setdefault(tenancy.core, tenancy.first_month)
            if tenancy.last_month < month_number(since) - 1:
                continue
            dossier = dossier_of(tenancy, first_months[tenancy.core], world)
            for day in sorted({daily_file_on(told) for told in told_daily(dossier)}):
                view = snapshot(dossier, day, world.figures) if since < day <= until else None
                if view is not None:
                    found[day].append(view)
    return found


def told_daily(dossier: Dossier) -> list[date]:
    """The days on which something happened that a daily file tells."""
    days = [phase.on for phase in dossier.right.phases if phase.daily]
    last = dossier.right.phases[-1].on
    return days + [d.on for duties in dossier.duties.values() for d in duties if d.daily and d.on <= last]


def _event(view: Snapshot) -> str:
    eve = view.day - timedelta(days=4)
    fact = EVENTS.get(view.phase.state, "CARRSA") if view.phase.on >= eve else DUTIES
    return f"<Evenement><DTLIQ>{view.day}</DTLIQ><HEULIQ>05:12:00.0000</HEULIQ><FG>{fact}</FG></Evenement>"
