"""The words, the tone and the one action of a next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import NoReverseMatch, reverse

from emploi.foundation.ui.french import date_long_fr, due_fr, hour_fr
from emploi.pathway.orientation.permissions import may_name_referent
from emploi.portal.desk.rules.next_step import Code, Facts, NextStep, Owes
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its words, who may press it, where it leads."""

    label: str
    icon: str
    permission: Permission
    url_name: str
    argument: str = "person_id"
    fact: str = ""
    query: str = ""
    # What the permission alone does not say: somebody else's body, for instance.
    allows: Callable[[Agent, Facts], bool] | None = None

    def opens_for(self, agent: Agent, facts: Facts) -> bool:
        """Tell whether an agent may press it: a button never leads to a page where nothing can be done."""
        return agent.can(self.permission) and (self.allows is None or self.allows(agent, facts))

    def href(self, person_id: int, facts: Facts) -> str:
        """Return the address of the action for a person, empty when the app that offers it is absent."""
        value = person_id if self.argument == "person_id" else getattr(facts, self.fact or self.argument)
        try:
            return reverse(self.url_name, kwargs={self.argument: value}) + self.query
        except NoReverseMatch:
            return ""


TEXTS: dict[Code, str] = {
    Code.DECEASED: "Aucune démarche : la personne est décédée le {died}.",
    Code.MERGED: "Ouvrir la fiche unique : ce doublon a été fusionné.",
    Code.CHECK_DUTIES: "Vérifier si la personne relève des droits et devoirs : l’organisme payeur ne le dit pas.",
    Code.WAIT_FOR_PAYER: "Attendre la décision sur la demande de RSA. La personne peut déjà être invitée.",
    Code.WAIT_AFTER_MEETING: "Attendre la décision sur la demande de RSA. Le premier rendez-vous a déjà eu lieu.",
    Code.OUT: "Sortie du dispositif le {left} ({reason}). L’accompagnement reprend si le droit au RSA revient.",
    Code.NEVER_IN: "Aucun accompagnement attendu : la personne n’est pas entrée dans le dispositif.",
    Code.MARK_ATTENDANCE: "Noter si la personne est venue {unmarked}.",
    Code.FINISH_INTERVIEW: "Terminer l’entretien commencé.",
    Code.COME: "Venir au rendez-vous {planned}.",
    Code.CALL_BACK: "Rappeler la personne : aucun créneau ne lui convenait.",
    Code.DECIDE: "Décider de l’orientation avec la personne.",
    Code.DECIDE_BY_DEFAULT: "Décider de l’orientation par défaut : la convocation a été manquée sans excuse.",
    Code.FRANCE_TRAVAIL_DECIDES: "Enregistrer la décision de France Travail : le délai légal est passé.",
    Code.CONVENE: "Convoquer la personne, restée sans rendez-vous.",
    Code.CALL: "Appeler la personne pour fixer le rendez-vous.",
    Code.RELAUNCH: "Relancer la personne : elle n’a pas encore choisi de rendez-vous.",
    Code.CHOOSE_SLOT: "Choisir un rendez-vous (invitation du {invited}).",
    Code.OFFER_AGAIN: "Proposer un autre rendez-vous : absence {missed}.",
    Code.INVITE: "Inviter la personne au premier rendez-vous.",
    Code.NOTIFY: "Notifier l’orientation à la personne.",
    Code.AGREE: "Signer le contrat d’engagement d’orientation.",
    Code.NAME_REFERENT: "Nommer le référent unique.",
    Code.NAME_ANOTHER: "Nommer un autre référent : {former} ne travaille plus pour cet organisme.",
    Code.ANSWER_REQUEST: "Répondre à la demande de réorientation.",
    Code.SIGN_CONTRACT: "Signer le nouveau contrat d’engagement avec {referent}.",
    Code.COME_TO_BODY: "Aller au rendez-vous donné par {body}.",
    Code.FIRST_MEETING: "Convenir du premier rendez-vous avec {referent}.",
    Code.SUPPORT: "Poursuivre l’accompagnement avec {referent}.",
}
P = Permission
NAME = Action(
    "Nommer le référent",
    "person-plus",
    P.NAME_REFERENT,
    "orientation:referent",
    "decision_id",
    allows=lambda agent, facts: may_name_referent(agent, facts.body_id),
)
# The one action that settles each step; its address takes one of the ids of the facts.
ACTIONS: dict[Code, Action] = {
    Code.MARK_ATTENDANCE: Action(
        "Noter la présence", "check", P.MARK_ATTENDANCE, "appointments:appointment", "pk", "unmarked_id"
    ),
    Code.FINISH_INTERVIEW: Action(
        "Reprendre l’entretien", "talk", P.HOLD_INTERVIEW, "orientation:interview", "interview_id"
    ),
    Code.WAIT_FOR_PAYER: Action("Inviter dès maintenant", "send", P.INVITE, "desk:invite_one"),
    Code.CALL_BACK: Action("Prendre un rendez-vous", "phone", P.BOOK_FOR_CALLER, "desk:caller_person"),
    Code.DECIDE: Action("Décider", "compass", P.DECIDE_ORIENTATION, "orientation:decide_for", "entry_id"),
    Code.DECIDE_BY_DEFAULT: Action(
        "Décider",
        "compass",
        P.DECIDE_ORIENTATION,
        "orientation:decide_for",
        "entry_id",
        query="?fondement=by_default",
    ),
    Code.FRANCE_TRAVAIL_DECIDES: Action(
        "Enregistrer", "compass", P.DECIDE_ORIENTATION, "orientation:decide_for", "entry_id"
    ),
    Code.CONVENE: Action("Convoquer", "letter", P.INVITE, "appointments:convene"),
    Code.CALL: Action("Appeler", "phone", P.INVITE, "appointments:call"),
    Code.RELAUNCH: Action("Relancer", "send", P.INVITE, "desk:invite_one"),
    Code.CHOOSE_SLOT: Action("Choisir avec la personne", "phone", P.BOOK_FOR_CALLER, "desk:caller_person"),
    Code.OFFER_AGAIN: Action("Prendre un rendez-vous", "calendar", P.BOOK_FOR_CALLER, "desk:caller_person"),
    Code.INVITE: Action("Inviter", "send", P.INVITE, "desk:invite_one"),
    Code.NOTIFY: Action("Notifier", "letter", P.NOTIFY_ORIENTATIONS, "orientation:decision", "decision_id"),
    Code.AGREE: Action(
        "Reprendre le contrat", "edit", P.HOLD_INTERVIEW, "orientation:engagement", "interview_id", "to_agree_in"
    ),
    Code.NAME_REFERENT: NAME,
    Code.NAME_ANOTHER: NAME,
    Code.ANSWER_REQUEST: Action(
        "Voir la demande",
        "refresh",
        P.ASK_REORIENTATION,
        "orientation:reorientation",
        "reorientation_id",
        "reorientation_id",
    ),
    Code.SIGN_CONTRACT: Action(
        "Noter la signature", "edit", P.ASK_REORIENTATION, "orientation:decision", "decision_id"
    ),
    Code.FIRST_MEETING: Action("Prendre ce rendez-vous", "calendar", P.PLAN_MEETINGS, "appointments:reserve"),
}
ICONS = {
    Owes.DEPARTMENT: "building",
    Owes.PERSON: "person",
    Owes.PAYER: "bank",
    Owes.BODY: "people",
    Owes.FRANCE_TRAVAIL: "briefcase",
    Owes.NOBODY: "check",
}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A next step as every screen shows it."""

    text: str
    who: str
    icon: str
    due_on: date | None
    today: date
    action_label: str = ""
    action_icon: str = ""
    action_href: str = ""

    @property
    def until(self) -> str:
        """Return the last day in words."""
        return f"avant le {due_fr(self.due_on, self.today)}" if self.due_on else ""

    @property
    def is_late(self) -> bool:
        """Tell whether the last day has passed."""
        return self.due_on is not None and self.due_on < self.today


def shown_step(person_id: int, step: NextStep, facts: Facts, today: date, agent: Agent | None = None) -> ShownStep:
    """Turn a next step into words, with its owner and, for an agent who may, the action that settles it."""
    action = ACTIONS.get(step.code)
    if action is None or agent is None or not action.opens_for(agent, facts):
        action = None
    return ShownStep(
        text=TEXTS[step.code].format(**_words(facts, today)),
        who=_who(step, facts),
        icon=ICONS[step.owes],
        due_on=step.due_on if step.code not in (Code.COME, Code.MARK_ATTENDANCE) else None,
        today=today,
        action_label=action.label if action else "",
        action_icon=action.icon if action else "",
        action_href=action.href(person_id, facts) if action else "",
    )


def _words(facts: Facts, today: date) -> dict[str, str]:
    return {
        "died": date_long_fr(facts.died_on),
        "left": date_long_fr(facts.left_on),
        "reason": facts.left_reason.lower(),
        "unmarked": _moment(facts.unmarked_at, today),
        "planned": _moment(facts.planned_at, today),
        "missed": _moment(facts.missed_at, today),
        "invited": due_fr(facts.invited_on, today),
        "referent": facts.referent,
        "former": facts.former_referent,
        "body": facts.body,
    }


def _moment(at: datetime | None, today: date) -> str:
    return f"{due_fr(at, today)} à {hour_fr(at)}" if at else ""


def _who(step: NextStep, facts: Facts) -> str:
    if step.owes == Owes.DEPARTMENT:
        return facts.with_whom if step.code in (Code.MARK_ATTENDANCE, Code.FINISH_INTERVIEW) else "Le Département"
    return {
        Owes.PERSON: "La personne",
        Owes.PAYER: "L’organisme payeur (CAF ou MSA)",
        Owes.FRANCE_TRAVAIL: "France Travail",
        Owes.BODY: facts.referent or facts.body,
        Owes.NOBODY: "",
    }[step.owes]
