"""What heads of service and officers have on their desk: places, requests for another orientation, batches, rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef

from emploi.foundation.actor import Actor
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.enums import CallOutcome
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.enums import ContactKind
from emploi.pathway.beneficiaries.models import Contact, Entry
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.actions import LotDraft
from emploi.pathway.orientation.actions.reorienting.requests import ReorientationDraft
from emploi.pathway.orientation.enums import Basis, Initiator, Measure, Route
from emploi.pathway.orientation.models import Decision, Lot, OrientationBatch, Reorientation, RulesetVersion
from emploi.simulator.demo.agendas import agents_of
from emploi.simulator.demo.trying import tried
from emploi.territory.agents.roles import Role

# Shares of the load a body may take, the first nearly full; enough room for the days to come.
ROOM = (1.04, 1.15, 1.3, 1.5, 2.0)
LOTS, ON_FILE, BY_DEFAULT = 5, 6, 5
ASKED = (
    (Initiator.PERSON, "Je garde mes petits-enfants et je veux d’abord régler ma situation.", "requested", 3),
    (Initiator.REFERENT, "Prête pour une recherche d’emploi, à plein temps.", "requested", 12),
    (Initiator.PERSON, "Le lieu est trop loin de chez moi, sans voiture.", "interview", 9),
    (Initiator.DEPARTEMENT, "Le parcours n’avance plus depuis six mois.", "panel", 16),
    (Initiator.REFERENT, "Un problème de logement passe avant l’emploi.", "opinion", 20),
    (Initiator.PERSON, "Je voudrais changer de référent.", "refused", 25),
    (Initiator.REFERENT, "Demande faite deux fois.", "withdrawn", 24),
)
WHY = "Ne peut pas se déplacer ; tout a été dit au téléphone."
OBSTRUCTION = "Deux rendez-vous manqués, appels et lettres sans réponse ; aucun motif légitime connu."


def set_work(now: datetime) -> None:
    """Sets these scenes up, once."""
    heads, officers = agents_of(Role.HEAD_OF_SERVICE), agents_of(Role.ORIENTATION_OFFICER)
    if not heads or not officers or Lot.objects.exists() or Reorientation.objects.exists():
        return
    head, officer = heads[0].as_actor(), officers[0].as_actor()
    _ask_again(officer, now)
    _orient_in_batches(officer, now)
    _count_places(head, now)
    _prepare_rules(head, now)


def _count_places(by: Actor, now: datetime) -> None:
    """The places of the bodies people are really sent to, set by what they follow."""
    rows = Decision.objects.current().filter(entry__closed_on=None, responsible_organization__is_active=True)
    loads = rows.values("responsible_organization", "modality").annotate(load=Count("pk"))
    for row, room in zip(loads.order_by("-load", "modality", "responsible_organization")[:LOTS], ROOM, strict=False):
        draft = LotDraft(
            organization_id=row["responsible_organization"],
            modality_id=row["modality"],
            territory_id=None,
            reference="",
            measure=Measure.STOCK,
            starts_on=date(now.year, 1, 1),
            ends_on=None,
            minimum=round(row["load"] * 0.8),
            maximum=round(row["load"] * room) + 2,
        )
        tried(actions.write_lot, draft=draft, by=by, at=now)


def _ask_again(by: Actor, now: datetime) -> None:
    """Requests for another orientation, from the three who may ask, at each point of their way."""
    oldest = now.date() - timedelta(days=30)
    rows = Decision.objects.current().filter(entry__closed_on=None, entry__is_stock=False, decided_on__lt=oldest)
    told = rows.filter(notified_on__isnull=False, person__died_on=None).order_by("-decided_on", "pk")
    for (initiator, reason, becomes, days), decision in zip(ASKED, told[: len(ASKED)], strict=False):
        at = now - timedelta(days=days)
        draft = ReorientationDraft(initiator=initiator, asked_on=at.date(), reason=reason)
        row = tried(actions.ask_reorientation, entry_id=decision.entry_id, draft=draft, by=by, at=at)
        if row is not None:
            _follow(row, becomes, by, at + timedelta(days=2))


def _follow(row: Reorientation, becomes: str, by: Actor, at: datetime) -> None:
    who = {"reorientation_id": row.pk, "by": by, "at": at}
    if becomes == "interview":
        tried(actions.examine_reorientation, route=Route.INTERVIEW, **who)
    elif becomes in ("panel", "opinion"):
        opinion = "Avis favorable : le logement d’abord." if becomes == "opinion" else ""
        day = at.date() if opinion else None
        tried(actions.examine_reorientation, route=Route.PANEL, opinion=opinion, opinion_on=day, **who)
    elif becomes == "refused":
        reason = "Le changement de référent se demande à l’organisme : l’orientation reste la bonne."
        tried(actions.refuse_reorientation, reason=reason, **who)
    elif becomes == "withdrawn":
        tried(actions.withdraw_reorientation, reason="Déjà demandée le même jour.", **who)


def _orient_in_batches(by: Actor, now: datetime) -> None:
    """One batch on file whose letters wait, one by default whose letters are bound."""
    spoken = _speak(by, now)
    _orient(Basis.ON_FILE, spoken, WHY, by, now)
    missed = list(queries.eligible(Basis.BY_DEFAULT).values_list("pk", flat=True)[:BY_DEFAULT])
    batch = _orient(Basis.BY_DEFAULT, missed, OBSTRUCTION, by, now)
    run = tried(actions.print_batch, batch_id=batch.pk, by=by, at=now) if batch else None
    if batch and run:
        actions.bind_letters(batch.pk, run.pk, now=lambda: now)


def _speak(by: Actor, now: datetime) -> list[int]:
    """People who told everything by telephone and whom nobody awaits; half at least are left to be invited.

    Those whom an SMS reaches come last: they are the ones to try an invitation with.
    """
    dated = Appointment.objects.first_interviews().filter(entry=OuterRef("entry"), status__in=("planned", "held"))
    owed = clocks.owed(DeadlineKind.FIRST_INTERVIEW).filter(~Exists(dated), person__died_on=None)
    at = now - timedelta(hours=1)
    entries = Entry.objects.filter(pk__in=owed.order_by().values("entry")).select_related("person")
    mobile = Contact.objects.filter(person=OuterRef("person"), kind=ContactKind.MOBILE)
    ordered = list(entries.annotate(has_mobile=Exists(mobile)).order_by("has_mobile", "-opened_on", "pk"))
    chosen = ordered[: min(ON_FILE, len(ordered) // 2)]
    for entry in chosen:
        note = "Situation racontée au téléphone ; ne peut pas venir."
        tried(appointments.record_call, entry=entry, outcome=CallOutcome.REACHED, note=note, by=by, at=at)
    return [entry.pk for entry in chosen]


def _orient(basis: str, entry_ids: list[int], reason: str, by: Actor, now: datetime) -> OrientationBatch | None:
    if not entry_ids:
        return None
    ask = {"basis": basis, "entry_ids": entry_ids, "reason": reason}
    batch = tried(actions.ask_orientation_batch, **ask, by=by, at=now)
    if batch is not None:
        actions.run_orientation_batch(batch.pk, now=lambda: now)
    return batch


def _prepare_rules(by: Actor, now: datetime) -> None:
    """A draft of rules for next year, one rule read earlier, ready to be compared with those in force."""
    if RulesetVersion.objects.exists():
        return
    title = f"Projet pour {now.year + 1}"
    draft = tried(actions.copy_rules, version=f"{now.year + 1}.1", title=title, by=by, at=now - timedelta(days=2))
    if draft is None:
        return
    slug = queries.version_data(draft.pk)["rules"][-1]["slug"]
    tried(actions.move_rule, version_id=draft.pk, slug=slug, earlier=True, revision=draft.revision, by=by, at=now)
