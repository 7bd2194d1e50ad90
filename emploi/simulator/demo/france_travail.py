"""What France Travail sends and answers in the demonstration: one file, refused lines, the last sendings."""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

from emploi.exchanges.france_travail.columns import STATEMENT_MODEL
from emploi.exchanges.france_travail.inbound import STATEMENT
from emploi.exchanges.spreadsheets.inbound import import_people
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.models import Decision, SentDecision, Transmission
from emploi.simulator.life.dossier import World
from emploi.simulator.life.draws import STORY, Draws, stream

FRANCE_TRAVAIL_STREAM = 97
PEOPLE, SENT_DAYS, RECEIVED_BEFORE, RECOMMENDED, DECIDED = 60, 60, 2, 0.6, 0.05
PATHS = ("Professionnel", "Professionnel", "Socio-professionnel", "Social")
ADVISERS = ("Inès Leroy", "Marc Fabre", "Sonia Perrin")


def receive_from_france_travail(world: World, now: datetime, *, by: Actor) -> None:
    """Receives one file about people who just entered, through the product's own import; then tells the sendings."""
    draws = stream(world.seed, STORY, FRANCE_TRAVAIL_STREAM, 0, 0)
    known = Entry.objects.open().counted().filter(opened_on__lte=now.date() - timedelta(days=RECEIVED_BEFORE + 2))
    entries = list(known.select_related("person").order_by("-opened_on", "-pk")[:PEOPLE])
    rows = [_row(entry, draws, now.date()) for entry in entries]
    if rows:
        # Somebody nobody knows here, and a word that means nothing: refused lines to look at.
        rows.append({**rows[0], "last_name": "Inconnu", "first_name": "Jean", "birth_date": "01/01/1970",
                     "france_travail_number": ""})  # fmt: skip
        rows.append({**rows[-2], "followed": "à voir"})
        received = now - timedelta(days=RECEIVED_BEFORE)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"france-travail-{received:%Y-%m-%d}.csv"
            _write(path, rows)
            import_people(path=path, about=STATEMENT, received_on=received.date(), by=by, at=received)
    _tell_sendings(now, by)


def _row(entry: Entry, draws: Draws, today: date) -> dict[str, str]:
    person = entry.person
    stated = max(entry.opened_on, today - timedelta(days=RECEIVED_BEFORE + 2))
    followed = draws.chance(0.6)
    row = {
        "france_travail_number": person.france_travail_number,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "birth_name": person.birth_name,
        "birth_date": f"{person.birth_date:%d/%m/%Y}" if person.birth_date else "",
        "stated_on": f"{stated:%d/%m/%Y}",
        "followed": "oui" if followed else "non",
        "followed_since": f"{entry.opened_on - timedelta(days=40):%d/%m/%Y}" if followed else "",
    }
    if draws.chance(RECOMMENDED):
        row |= {"path": draws.pick(list(PATHS)), "adviser": draws.pick(list(ADVISERS))}
        row["decided_on" if draws.chance(DECIDED) else "recommended_on"] = f"{stated:%d/%m/%Y}"
    return row


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream_:
        writer = csv.writer(stream_, delimiter=";")
        writer.writerow([field.label for field in STATEMENT_MODEL])
        writer.writerows([row.get(field.slug, "") for field in STATEMENT_MODEL] for row in rows)


def _tell_sendings(now: datetime, by: Actor) -> None:
    """The decisions sent these last weeks, by day, as the screen of sendings shows them."""
    since = now.date() - timedelta(days=SENT_DAYS)
    by_day: dict[date, list[int]] = defaultdict(list)
    sent = Decision.objects.filter(transmitted_on__gte=since, sendings=None)
    for pk, day in sent.order_by("pk").values_list("pk", "transmitted_on"):
        if day is not None:
            by_day[day].append(pk)
    with acting(by):
        days = sorted(by_day)
        made = Transmission.objects.bulk_create([Transmission(sent_on=day, recorded_at=now) for day in days])
        SentDecision.objects.bulk_create(
            [SentDecision(transmission=one, decision_id=pk) for one in made for pk in by_day[one.sent_on]],
            batch_size=5000,
        )
