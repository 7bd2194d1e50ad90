"""The rows of decisions and of the contracts that follow them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from emploi.foundation import clock
from emploi.pathway.orientation.models import Decision, EngagementContract, Modality
from emploi.simulator.history.cases import Case
from emploi.simulator.history.interview_rows import MINUTES, Talk
from emploi.simulator.history.parallel import WHOLE, Share
from emploi.simulator.history.rows import Table, as_json
from emploi.simulator.history.service import Body, Officer, Service
from emploi.simulator.life.draws import Draws
from emploi.simulator.stories import acts
from emploi.simulator.stories.diagnosis import BETWEEN, FAR, NEAR
from emploi.simulator.stories.fate import ON_FILE
from emploi.territory.rulebook import queries as rulebook

PATH_OF = {NEAR: "professionnel", BETWEEN: "socio_professionnel", FAR: "social"}
SOCIAL, INTERVIEW, BY_DEFAULT = "social", "interview", "by_default"
CANNOT_COME = ("Ne peut pas se déplacer avant plusieurs semaines", "Travaille aux heures de rendez-vous")
TAKEN_OVER = "Orientation reprise de l’ancien logiciel"
NO_ANSWER = "Absence à la convocation, sans motif connu malgré les appels"
OVERRIDES = ("La personne préfère cette voie", "Place disponible plus tôt, avec l’accord de la personne")
OBJECTIVES = (
    (("Mettre à jour mon CV", "person"), ("M’inscrire à France Travail", "person")),
    (("Prendre rendez-vous avec mon référent", "person"), ("Transmettre le dossier au référent", "officer")),
    (("Chercher une solution de garde", "person"), ("Donner la liste des aides possibles", "officer")),
)
DELAY_AFTER_DECISION = 12  # days, at most, before the first meeting with the referent


class DecisionTables:
    """The tables of decisions."""

    def __init__(self, service: Service, ruleset: str) -> None:
        self.service, self.ruleset = service, ruleset
        self.decision = Table(Decision, _DECISION)
        self.engagement = Table(EngagementContract, _ENGAGEMENT)
        self._regimes: dict[date, str] = {}

    def start(self, share: Share = WHOLE) -> None:
        """Continues the identifiers."""
        self.decision.start(share)

    def in_order(self) -> list[Table]:
        """Parents first."""
        return [self.decision, self.engagement]

    def add(
        self,
        case: Case,
        decided: acts.Decided,
        talk: Talk | None,
        draws: Draws,
        *,
        sent_on: date | None,
        missed_on: date | None,
    ) -> dict[str, dict[str, Any]]:
        """One decision and, after an interview, its contract; returns what the last steps of the interview say."""
        at, on, basis = decided.at, decided.on, decided.basis
        officer = self._officer(talk, draws)
        modality, reasons, override = self._pathway(basis, talk, draws)
        body = self._body(modality, case, basis, draws)
        referent = body.referents[int(draws.random() * len(body.referents))] if body.referents else None
        decision_id = self.decision.take_id()
        in_person = basis == INTERVIEW
        self.decision.add(
            decision_id, case.entry_id, case.person_id, talk.id if in_person and talk else None,
            talk.proposal_id if in_person and talk else None, modality.pk, modality.legal_path, body.id, referent,
            basis, on, officer.id, at, officer.delegation, in_person, "agrees" if in_person else "no_opinion", override,
            as_json(_details(basis, on, missed_on, draws)), as_json(reasons), self._regime(case.opened_on),
            self.ruleset if in_person and talk and talk.proposal_id else "", at, on,
            "handed" if in_person else "letter", True, sent_on, on if referent else None,
        )  # fmt: skip
        if not in_person or talk is None:
            return {}
        return self._follow(decision_id, talk, at, body, draws)

    def add_taken_over(self, case: Case, path: str, draws: Draws) -> None:
        """The orientation somebody of the stock already had, taken over with the first file."""
        candidates = [m for m in self.service.modalities.values() if m.legal_path == path]
        modality = candidates[int(draws.random() * len(candidates))] if candidates else self._any()
        body = self.service.body(modality, self._territory(case), draws.random())
        referent = body.referents[int(draws.random() * len(body.referents))] if body.referents else None
        officer = self._officer(None, draws)
        at = clock.at_noon(case.opened_on)
        self.decision.add(
            self.decision.take_id(), case.entry_id, case.person_id, None, None, modality.pk, modality.legal_path,
            body.id, referent, ON_FILE, case.opened_on, officer.id, at, officer.delegation, False, "no_opinion", "",
            as_json({"reason": TAKEN_OVER, "convocation_missed_on": ""}), "[]",
            self._regime(case.opened_on), "", None, None, "former", False, None, None,
        )  # fmt: skip

    def _officer(self, talk: Talk | None, draws: Draws) -> Officer:
        if talk is not None:
            return next(officer for officer in self.service.officers if officer.id == talk.officer_id)
        return draws.pick(self.service.officers)

    def _pathway(self, basis: str, talk: Talk | None, draws: Draws) -> tuple[Modality, list[Any], str]:
        """The pathway: most often the first one proposed; the social one when nobody could be met."""
        if talk is None or basis != INTERVIEW:
            return self._of_path(SOCIAL, draws), [], ""
        if not talk.ranked:
            return self._of_path(PATH_OF[talk.said.profile], draws), [], ""
        ranked = [item for item in talk.ranked if item["modality"] in self.service.modalities]
        chosen = ranked[1] if len(ranked) > 1 and draws.chance(0.07) else ranked[0]
        override = draws.pick(OVERRIDES) if chosen is not talk.ranked[0] else ""
        return self.service.modalities[chosen["modality"]], chosen["reasons"], override

    def _of_path(self, path: str, draws: Draws) -> Modality:
        found = [m for m in self.service.modalities.values() if m.legal_path == path]
        # Health needs to have been told: nobody is sent there without an interview.
        plain = [modality for modality in found if not modality.is_sensitive] or found
        return plain[int(draws.random() * len(plain))] if plain else self._any()

    def _any(self) -> Modality:
        return next(iter(self.service.modalities.values()))

    def _body(self, modality: Modality, case: Case, basis: str, draws: Draws) -> Body:
        territory = self._territory(case)
        body = self.service.body(modality, territory, draws.random())
        if basis != BY_DEFAULT or body.ours:
            return body
        ours = [b for group in self.service.bodies[modality.slug].values() for b in group if b.ours]
        near = [b for b in ours if b.territory == territory]
        return (near or ours or [body])[0]

    def _territory(self, case: Case) -> str:
        return self.service.territory_of.get(case.commune, "")

    def _follow(
        self, decision_id: int, talk: Talk, at: datetime, body: Body, draws: Draws
    ) -> dict[str, dict[str, Any]]:
        objectives = [{"text": text, "who": who, "by": ""} for text, who in draws.pick(OBJECTIVES)]
        agreed_at = at if not talk.settled else talk.started_at + timedelta(minutes=MINUTES[3])
        self.engagement.add(decision_id, talk.id, as_json(objectives), agreed_at, agreed_at, talk.officer_id)
        met_on = at.date() + timedelta(days=draws.between(3, DELAY_AFTER_DECISION))
        hour = f"{draws.between(9, 16)} h"
        return {
            "orientation": {"decision": decision_id},
            "engagement": {},
            "next_appointment": {"on": met_on.isoformat(), "hour": hour, "where": body.name},
        }

    def _regime(self, on: date) -> str:
        if on not in self._regimes:
            self._regimes[on] = str(rulebook.regime(on).code)
        return self._regimes[on]


def _details(basis: str, on: date, missed_on: date | None, draws: Draws) -> dict[str, str]:
    """What allowed to decide without an interview (R262-65-3)."""
    if basis == INTERVIEW:
        return {}
    missed = {"convocation_missed_on": missed_on.isoformat() if missed_on else ""}
    if basis == ON_FILE:
        exchange_on = (on - timedelta(days=draws.between(1, 4))).isoformat()
        return {"reason": draws.pick(CANNOT_COME), "exchange_on": exchange_on, "exchange_how": "Téléphone", **missed}
    return {"reason": NO_ANSWER, **missed}


_DECISION = (
    "id", "entry_id", "person_id", "interview_id", "proposal_id", "modality_id", "legal_path",
    "responsible_organization_id", "referent_id", "basis", "decided_on", "decided_by_id", "recorded_at", "delegation",
    "agreed_with_person", "opinion", "override_reason", "basis_details", "reasons", "regime_code", "ruleset",
    "notification_asked_at", "notified_on", "notification_means", "to_transmit", "transmitted_on",
    "referent_since",
)  # fmt: skip
_ENGAGEMENT = ("decision_id", "interview_id", "objectives", "person_agreed_at", "officer_agreed_at", "officer_id")
