"""French sentences of the events, and the words screens share."""

from __future__ import annotations

from datetime import date

from emploi.foundation.audit.presenters import presents
from emploi.foundation.ui.french import date_long_fr, pluriel
from emploi.pathway.orientation import events
from emploi.pathway.orientation.enums import (
    AnswerSource,
    Basis,
    FormerContractKind,
    Initiator,
    LegalPath,
    NotificationMeans,
    Route,
    StepKind,
)
from emploi.pathway.orientation.queries import mention_in_words

MODALITY_CHANGES = {
    "closed": "fermée",
    "reopened": "ouverte de nouveau",
    "bodies": "organismes changés",
    "order": "changée de place",
}


def _day(value: date | str | None) -> str:
    """Return a day in words; events read back from the journal carry ISO text."""
    return date_long_fr(date.fromisoformat(value) if isinstance(value, str) else value)


@presents(events.InterviewStarted)
def interview_started(event: events.InterviewStarted) -> str:
    if event.follows:
        return "Nouvel entretien commencé, à la suite du précédent"
    expected = event.appointment_id and not event.walk_in
    return "Premier entretien commencé" if expected else "Premier entretien commencé sans rendez-vous"


@presents(events.InterviewCancelled)
def interview_cancelled(event: events.InterviewCancelled) -> str:
    return "Entretien commencé par erreur, annulé"


@presents(events.InterviewClosed)
def interview_closed(event: events.InterviewClosed) -> str:
    if not event.left_open:
        return "Entretien terminé : les cinq étapes sont faites"
    return f"Entretien terminé, {pluriel(event.left_open, 'étape laissée ouverte', 'étapes laissées ouvertes')}"


@presents(events.AnswersSaved)
def answers_saved(event: events.AnswersSaved) -> str:
    words = pluriel(event.count, "réponse notée", "réponses notées")
    return f"Diagnostic : {words} ({AnswerSource(event.source).label})"


@presents(events.BrakeAdded)
def brake_added(event: events.BrakeAdded) -> str:
    return "Une difficulté a été notée"


@presents(events.BrakeEnded)
def brake_ended(event: events.BrakeEnded) -> str:
    return f"Une difficulté est levée depuis le {_day(event.ended_on)}"


@presents(events.StepDone)
def step_done(event: events.StepDone) -> str:
    return f"Étape faite : {StepKind(event.step).label}"


@presents(events.StepLeftOpen)
def step_left_open(event: events.StepLeftOpen) -> str:
    return f"Étape laissée ouverte : {StepKind(event.step).label}"


@presents(events.ProposalComputed)
def proposal_computed(event: events.ProposalComputed) -> str:
    return f"Proposition d’orientation calculée ({mention_in_words(event.ruleset)})"


@presents(events.OrientationDecided)
def orientation_decided(event: events.OrientationDecided) -> str:
    what = "Nouvelle orientation décidée" if event.previous_id else "Orientation décidée"
    path = LegalPath(event.legal_path).label.lower()
    ground = Basis(event.basis).label.lower() if event.basis else "par France Travail"
    return f"{what} le {_day(event.decided_on)} : {path}, {ground}"


@presents(events.OrientationTakenOver)
def orientation_taken_over(event: events.OrientationTakenOver) -> str:
    return f"Orientation du {_day(event.decided_on)} reprise d’un dossier antérieur"


@presents(events.ContractTakenOver)
def contract_taken_over(event: events.ContractTakenOver) -> str:
    label = FormerContractKind(event.kind).label
    return f"{label} signé le {_day(event.signed_on)}, repris d’un dossier antérieur"


@presents(events.NotificationAsked)
def notification_asked(event: events.NotificationAsked) -> str:
    return f"Envoi de la décision demandé : {NotificationMeans(event.means).label.lower()}"


@presents(events.OrientationNotified)
def orientation_notified(event: events.OrientationNotified) -> str:
    day = f" le {_day(event.on)}" if event.on else ""
    return f"Orientation notifiée{day} : {NotificationMeans(event.means).label.lower()}"


@presents(events.NotificationReturned)
def notification_returned(event: events.NotificationReturned) -> str:
    return "La lettre de la décision n’est pas arrivée : la personne n’est pas notifiée"


@presents(events.ReferentNamed)
def referent_named(event: events.ReferentNamed) -> str:
    """Who accompanies the person now; an event older than this sentence says no name."""
    if event.former:
        return f"Référent changé : {event.name} remplace {event.former}"
    return f"Référent nommé : {event.name}" if event.name else "Référent nommé"


@presents(events.TransmissionUndone)
def transmission_undone(event: events.TransmissionUndone) -> str:
    """The decision is to be sent again."""
    return "Envoi à France Travail annulé : la décision est à transmettre."


@presents(events.TransmissionAnswered)
def transmission_answered(event: events.TransmissionAnswered) -> str:
    """What France Travail answered."""
    code = f" (code {event.code})" if event.code else ""
    done = "acceptée" if event.is_accepted else "refusée"
    return f"Décision {done} par France Travail{code}."


@presents(events.FollowUpLearnt)
def follow_up_learnt(event: events.FollowUpLearnt) -> str:
    """A file says whether France Travail follows the person."""
    said = "suit la personne" if event.followed else "ne suit pas la personne"
    return f"Fichier de France Travail : France Travail {said}, situation au {_day(event.stated_on)}."


@presents(events.RecommendationLearnt)
def recommendation_learnt(event: events.RecommendationLearnt) -> str:
    """A file recommends a pathway, or says it was decided."""
    done = "a décidé" if event.is_decision else "recommande"
    path = str(LegalPath(event.legal_path).label).lower()
    return f"Fichier de France Travail : France Travail {done} le {path}, le {_day(event.recommended_on)}."


@presents(events.FranceTravailUnlearnt)
def france_travail_unlearnt(event: events.FranceTravailUnlearnt) -> str:
    """A file was taken back."""
    return "Ce qu’un fichier de France Travail disait de cette personne est annulé."


@presents(events.OrientationTransmitted)
def orientation_transmitted(event: events.OrientationTransmitted) -> str:
    return f"Orientation transmise à France Travail le {_day(event.transmitted_on)}"


@presents(events.EngagementAgreed)
def engagement_agreed(event: events.EngagementAgreed) -> str:
    who = "la personne" if event.party == "person" else "le chargé d’orientation"
    end = " ; le contrat est complet" if event.complete else ""
    return f"Contrat d’engagement d’orientation : accord donné par {who}{end}"


@presents(events.NextAppointmentRecorded)
def next_appointment_recorded(event: events.NextAppointmentRecorded) -> str:
    return f"Premier rendez-vous avec l’organisme référent : {_day(event.on)}"


@presents(events.ReorientationAsked)
def reorientation_asked(event: events.ReorientationAsked) -> str:
    return f"Réorientation demandée : {Initiator(event.initiator).label.lower()}"


@presents(events.ReorientationExamined)
def reorientation_examined(event: events.ReorientationExamined) -> str:
    return f"Demande de réorientation en examen, {Route(event.route).label.lower()}"


@presents(events.ReorientationSettled)
def reorientation_settled(event: events.ReorientationSettled) -> str:
    return "Demande de réorientation acceptée : une nouvelle orientation est décidée"


@presents(events.ReorientationRefused)
def reorientation_refused(event: events.ReorientationRefused) -> str:
    return "Demande de réorientation refusée"


@presents(events.ReorientationWithdrawn)
def reorientation_withdrawn(event: events.ReorientationWithdrawn) -> str:
    return "Demande de réorientation abandonnée"


@presents(events.ModalityChanged)
def modality_changed(event: events.ModalityChanged) -> str:
    return f"Voie d’orientation « {event.modality} » : {MODALITY_CHANGES.get(event.change, event.change)}"


@presents(events.PlacesChanged)
def places_changed(event: events.PlacesChanged) -> str:
    most = f" : {event.maximum} au plus" if event.maximum is not None else ""
    return f"Places d’un organisme modifiées{most}"


@presents(events.PublicBodiesChanged)
def public_bodies_changed(event: events.PublicBodiesChanged) -> str:
    return f"Organismes spécialisés choisis ({event.public}) : {event.count}"


@presents(events.RulesetPrepared)
def ruleset_prepared(event: events.RulesetPrepared) -> str:
    return f"Règles d’orientation préparées : {event.ruleset}"


@presents(events.RulesetChanged)
def ruleset_changed(event: events.RulesetChanged) -> str:
    return f"Règles d’orientation {event.ruleset} : règle « {event.rule} » modifiée"


@presents(events.RulesetDeleted)
def ruleset_deleted(event: events.RulesetDeleted) -> str:
    return f"Brouillon de règles d’orientation supprimé : {event.ruleset}"


@presents(events.RulesetSwitchedOn)
def ruleset_switched_on(event: events.RulesetSwitchedOn) -> str:
    return f"Règles d’orientation {event.ruleset} : en vigueur à partir du {_day(event.on)}"


@presents(events.RulesetSwitchCancelled)
def ruleset_switch_cancelled(event: events.RulesetSwitchCancelled) -> str:
    return f"Règles d’orientation {event.ruleset} : elles n’entrent plus en vigueur le {_day(event.on)}"


@presents(events.PapersNoted)
def papers_noted(event: events.PapersNoted) -> str:
    return f"Papiers demandés : {pluriel(event.count, 'papier noté', 'papiers notés')}"


@presents(events.PaperCopied)
def paper_copied(event: events.PaperCopied) -> str:
    return "Copie d’un papier gardée"


@presents(events.TradesChanged)
def trades_changed(event: events.TradesChanged) -> str:
    return f"Métiers souhaités : {pluriel(event.count, 'métier', 'métiers')}" if event.count else "Métiers retirés"


@presents(events.ReorientationReceiptSent)
def reorientation_receipt_sent(event: events.ReorientationReceiptSent) -> str:
    return "Accusé de réception de la demande de réorientation préparé"


@presents(events.RefusalAsked)
def refusal_asked(event: events.RefusalAsked) -> str:
    return f"Lettre de refus de réorientation préparée : {NotificationMeans(event.means).label.lower()}"


@presents(events.RefusalTold)
def refusal_told(event: events.RefusalTold) -> str:
    return f"Refus de réorientation notifié le {_day(event.on)}"


@presents(events.RefusalReturned)
def refusal_returned(event: events.RefusalReturned) -> str:
    return "Lettre de refus de réorientation revenue : la personne n’a rien reçu"


@presents(events.ContractSigned)
def contract_signed(event: events.ContractSigned) -> str:
    return f"Nouveau contrat d’engagement signé le {_day(event.on)}"
