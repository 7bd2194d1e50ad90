"""Stories of the simulator told again through the product's own actions, one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.models import Invitation, Slot
from emploi.pathway.beneficiaries.actions import apply_households
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts
from emploi.pathway.beneficiaries.models import Contact, Entry, Person
from emploi.pathway.orientation import actions as orientation
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.decisions import Draft
from emploi.pathway.orientation.models import Interview
from emploi.simulator.history.cases import READ_AT, Case
from emploi.simulator.history.facts import facts_of
from emploi.simulator.history.interview_rows import KEPT, MINUTES, WAITING
from emploi.simulator.history.notices import horizon_on, notices_of
from emploi.simulator.history.service import Service
from emploi.simulator.life.dossier import World, dossier_of, snapshot
from emploi.simulator.life.draws import STORY, stream
from emploi.simulator.life.months import month_number
from emploi.simulator.life.tenancies import STOCK, Place
from emploi.simulator.stories import acts
from emploi.simulator.stories.diagnosis import Said, say
from emploi.territory.agents.models import Agent

BY = Actor.system("Simulateur")
Happening = tuple[datetime, int, Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the agent chose at a decision, as the bulk load wrote it."""

    modality_id: int
    body_id: int
    referent_id: int | None
    override: str
    details: dict[str, str]
    objectives: list[dict[str, str]]
    where: dict[str, str]


def file_happenings(world: World, households: int, today: date) -> list[Happening]:
    """Every file of these households, applied in the order received."""
    files: dict[tuple[date, date, str, bool], list[HouseholdFacts]] = defaultdict(list)
    for slot in range(households):
        first_months: dict[int, int] = {}
        for tenancy in Place(slot, world.seed, world.figures).tenancies(month_number(today)):
            first_months.setdefault(tenancy.core, tenancy.first_month)
            dossier = dossier_of(tenancy, first_months[tenancy.core], world)
            for notice in notices_of(dossier, horizon_on(today), world.figures):
                view = snapshot(dossier, notice.reference_on, world.figures)
                assert view is not None
                stock = tenancy.kind == STOCK and month_number(notice.reference_on) == world.figures.origin
                key = (notice.created_on, notice.reference_on, notice.source, stock)
                files[key].append(facts_of(view, f"{notice.reference_on}{notice.source}"))
    return [
        (clock.start_of(key[0]) + READ_AT, 0, lambda key=key, batch=batch: _apply(key, batch))
        for key, batch in sorted(files.items(), key=lambda item: item[0])
    ]


def _apply(key: tuple[date, date, str, bool], batch: list[HouseholdFacts]) -> None:
    created_on, reference_on, source, first_load = key
    file = FileFacts(reference_on, created_on, created_on, source, 1, first_load)
    apply_households(batch, file=file, by=BY, at=clock.start_of(created_on) + READ_AT)


class Replay:
    """Tells the stories of chosen cases again; `choices` are what agents decided, by case."""

    def __init__(
        self, world: World, service: Service, choices: dict[int, Choice], contacts: list[dict[str, Any]]
    ) -> None:
        self.world, self.service, self.choices, self.contacts = world, service, choices, contacts
        self.office = Agent.objects.get(pk=service.office[0].pk).as_actor()
        self.appointments: dict[acts.Visit, int] = {}

    def happenings(self, stories: list[tuple[Case, list[acts.Act]]]) -> list[Happening]:
        """What the stories do, batches of invitations together."""
        found: list[Happening] = []
        invited: dict[tuple[datetime, bool], list[Case]] = defaultdict(list)
        for case, told in stories:
            for act in told:
                if isinstance(act, acts.Invited):
                    invited[(act.at, act.is_relaunch)].append(case)
                else:
                    found.append((act.at, 1, lambda case=case, act=act: self._act(case, act)))
        for (at, again), cases in invited.items():
            found.append((at, 1, lambda at=at, again=again, cases=cases: self._invite(at, again, cases)))
        return found

    def entry(self, case: Case) -> Entry:
        """The entry of a case in this telling."""
        return Entry.objects.select_related("person", "household").get(
            person__first_name=case.first_name, person__last_name=case.last_name, opened_on=case.opened_on
        )

    def _invite(self, at: datetime, again: bool, cases: list[Case]) -> None:
        entries = [self.entry(case) for case in cases]
        for case, entry in zip(cases, entries, strict=True):
            self._give_contacts(case, entry.person)
        appointments.invite_entries(entry_ids=[e.pk for e in entries], is_relaunch=again, by=self.office, at=at)

    def _give_contacts(self, case: Case, person: Person) -> None:
        with acting(BY):
            for row in self.contacts:
                if (row["first_name"], row["last_name"]) == (case.first_name, case.last_name):
                    values = {k: v for k, v in row.items() if k not in ("first_name", "last_name")}
                    Contact.objects.get_or_create(person=person, **values)

    def _act(self, case: Case, act: acts.Act) -> None:
        entry = self.entry(case)
        if entry.france_travail_followed != case.followed:
            # What the person says when she comes: no file tells it.
            with acting(BY):
                Entry.objects.filter(pk=entry.pk).update(france_travail_followed=case.followed)
            entry.france_travail_followed = case.followed
        match act:
            case acts.Opened():
                last = Invitation.objects.filter(entry=entry).order_by("-sent_at", "-id").first()
                assert last is not None
                appointments.record_opening(invitation_id=last.pk, by=self._person(entry), at=act.at)
            case acts.Booked():
                self._book(entry, act)
            case acts.Convened():
                slot = self._slot(act.visit)
                booked = appointments.convene(entry_id=entry.pk, slot_id=slot.pk, by=self.office, at=act.at)
                self.appointments[act.visit] = booked.pk
            case acts.Called():
                appointments.record_call(entry=entry, outcome=act.outcome, by=self.office, at=act.at)
            case acts.Transmitted():
                ids = list(queries.unsent_decisions().filter(entry=entry).values_list("pk", flat=True))
                orientation.mark_transmitted(decision_ids=ids, on=act.at.date(), by=self.office, at=act.at)
            case acts.Decided():
                self._decide_apart(case, entry, act)
            case _:
                self._attend(case, entry, act)

    def _book(self, entry: Entry, act: acts.Booked) -> None:
        own = act.visit.via == "person"
        last = Invitation.objects.filter(entry=entry).order_by("-sent_at", "-id").first()
        booked = appointments.book(
            slot_id=self._slot(act.visit).pk,
            entry_id=entry.pk,
            via=act.visit.via,
            invitation_id=last.pk if own and last else None,
            by=self._person(entry) if own else self.office,
            at=act.at,
        )
        self.appointments[act.visit] = booked.pk

    def _attend(self, case: Case, entry: Entry, act: acts.Act) -> None:
        assert isinstance(act, acts.Cancelled | acts.Missed | acts.Excused | acts.Met)
        appointment_id = self.appointments[act.visit]
        officer = self._officer(act.visit)
        if isinstance(act, acts.Cancelled):
            by = self.office if act.by_us else self._person(entry)
            appointments.cancel(appointment_id=appointment_id, reason=act.reason, by_us=act.by_us, by=by, at=act.at)
        elif isinstance(act, acts.Missed):
            appointments.mark_absent(appointment_id=appointment_id, by=officer, at=act.at)
        elif isinstance(act, acts.Excused):
            appointments.mark_excused(appointment_id=appointment_id, reason=act.reason, by=officer, at=act.at)
        else:
            self._interview(case, entry, act, officer)

    def _interview(self, case: Case, entry: Entry, act: acts.Met, by: Actor) -> None:
        appointment_id = self.appointments[act.visit]
        interview = orientation.start_interview(entry_id=entry.pk, appointment_id=appointment_id, by=by, at=act.at)
        moments = [act.at + timedelta(minutes=minutes) for minutes in MINUTES]
        orientation.complete_step(interview_id=interview.pk, step="rights_and_duties", by=by, at=moments[0])
        self._diagnose(interview, self.said(case), by, moments[1])
        if act.settled:
            self._decide(case, entry, interview, by, moments[2], moments[3])
            self._next(case, interview, by, moments[4])
        else:
            for step, reason in WAITING.items():
                orientation.leave_step_open(
                    interview_id=interview.pk, step=step, reason=reason, owner_id=by.id or 0, by=by, at=moments[4]
                )

    def said(self, case: Case) -> Said:
        """What the person says, as the bulk load draws it."""
        draws = stream(self.world.seed, STORY, case.serial, case.rank, 1)
        promises = self.world.figures.promises
        return say(draws, promises, self_employed=case.self_employed, france_travail=bool(case.followed))

    def _diagnose(self, interview: Interview, said: Said, by: Actor, at: datetime) -> None:
        asked = {question.slug: question for question in queries.questionnaire()}
        known = {slug: v for slug, v in said.answers.items() if slug in asked and asked[slug].accepts(v)}
        assert known.keys() >= KEPT - {"housing"}
        orientation.save_answers(interview_id=interview.pk, answers=known, by=by, at=at - timedelta(minutes=2))
        for kind, subtype, severity, wants_help in said.brakes:
            spec = queries.nomenclature().kind(kind)
            sub = subtype if spec and subtype and spec.subtype_label(subtype) else ""
            orientation.add_brake(
                interview_id=interview.pk, kind=kind, subtype=sub, severity=severity, wants_help=wants_help,
                by=by, at=at - timedelta(minutes=2),
            )  # fmt: skip
        orientation.complete_step(interview_id=interview.pk, step="diagnosis", by=by, at=at)
        orientation.compute_proposal(
            entry_id=interview.entry_id, interview_id=interview.pk, by=by, at=at + timedelta(minutes=1)
        )

    def _decide(
        self, case: Case, entry: Entry, interview: Interview, by: Actor, at: datetime, agreed_at: datetime
    ) -> None:
        choice = self.choices[case.entry_id]
        draft = self._draft(choice, "interview", interview.pk)
        decision = orientation.decide_orientation(entry_id=entry.pk, draft=draft, by=by, at=at)
        orientation.ask_notification(decision_id=decision.pk, means="handed", by=by, at=at)
        contract = orientation.write_objectives(
            decision_id=decision.pk, interview_id=interview.pk, objectives=choice.objectives, by=by, at=agreed_at
        )
        for party in ("person", "officer"):
            orientation.agree_engagement(
                contract_id=contract.pk, party=party, read=orientation.version_of(contract), by=by, at=agreed_at
            )

    def _next(self, case: Case, interview: Interview, by: Actor, at: datetime) -> None:
        where = self.choices[case.entry_id].where
        orientation.record_outside_appointment(
            interview_id=interview.pk, on=date.fromisoformat(where["on"]), hour=where["hour"], where=where["where"],
            by=by, at=at,
        )  # fmt: skip

    def _decide_apart(self, case: Case, entry: Entry, act: acts.Decided) -> None:
        interview = Interview.objects.filter(entry=entry).first()
        if act.basis == "interview":
            assert interview is not None
            by = Agent.objects.get(pk=interview.officer_id).as_actor()
            self._decide(case, entry, interview, by, act.at, act.at)
            self._next(case, interview, by, act.at)
            return
        choice = self.choices[case.entry_id]
        by = self._decider(case)
        decision = orientation.decide_orientation(
            entry_id=entry.pk, draft=self._draft(choice, act.basis, None), by=by, at=act.at
        )
        orientation.ask_notification(decision_id=decision.pk, means="letter", by=by, at=act.at)
        orientation.note_notified(decision_id=decision.pk, on=act.at.date(), by=by, at=act.at)

    def _draft(self, choice: Choice, basis: str, interview_id: int | None) -> Draft:
        in_person = basis == "interview"
        return Draft(
            modality_id=choice.modality_id,
            responsible_organization_id=choice.body_id,
            basis=basis,
            interview_id=interview_id,
            referent_id=choice.referent_id,
            opinion="agrees" if in_person else "no_opinion",
            agreed_with_person=in_person,
            override_reason=choice.override,
            knows_it_is_late=True,
            basis_details={k: v for k, v in choice.details.items() if k != "convocation_missed_on"},
        )

    def _decider(self, case: Case) -> Actor:
        draws = stream(self.world.seed, STORY, case.serial, case.rank, 2)
        return Agent.objects.get(pk=draws.pick(self.service.officers).id).as_actor()

    def _slot(self, visit: acts.Visit) -> Slot:
        taken = visit.taken
        agent_id = self.service.officers[taken.desk].id
        end = taken.starts_at + timedelta(minutes=self.service.minutes)
        with acting(BY):
            found = Slot.objects.open().filter(agent_id=agent_id, starts_at=taken.starts_at).first()
            return found or Slot.objects.create(
                agent_id=agent_id, place_id=taken.site.id, kind=self.service.kind, period=(taken.starts_at, end)
            )

    def _officer(self, visit: acts.Visit) -> Actor:
        return Agent.objects.get(pk=self.service.officers[visit.taken.desk].id).as_actor()

    @staticmethod
    def _person(entry: Entry) -> Actor:
        return Actor.person(entry.person_id, entry.person.full_name)
