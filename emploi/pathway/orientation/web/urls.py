"""Addresses of the interview, the orientations and the cards."""

from django.urls import path

from emploi.pathway.orientation.web.views import (
    cards,
    closing,
    contracts_due,
    deciding,
    decisions,
    diagnosis,
    interview,
    notification,
    orientation,
    starting,
    transmission,
    worklists,
)

app_name = "orientation"

urlpatterns = [
    path("entretien/commencer/", starting.start, name="start"),
    path("entretien/commencer/<int:entry_id>/", starting.walk_in, name="walk_in"),
    path("entretien/<int:interview_id>/annuler/", starting.undo, name="undo"),
    path("entretien/a-terminer/", cards.to_finish, name="to_finish"),
    path("entretien/<int:interview_id>/", interview.current, name="interview"),
    path("entretien/<int:interview_id>/droits/", interview.rights, name="rights"),
    path("entretien/<int:interview_id>/laisser/<slug:step>/", interview.leave, name="leave"),
    path("entretien/<int:interview_id>/garder/<slug:step>/", interview.keep, name="keep"),
    path("entretien/<int:interview_id>/situation/", diagnosis.section, name="diagnosis"),
    path("entretien/<int:interview_id>/situation/<slug:section>/", diagnosis.section, name="section"),
    path("entretien/<int:interview_id>/freins/", diagnosis.add, name="add_brake"),
    path("entretien/<int:interview_id>/freins/<int:brake_id>/lever/", diagnosis.end, name="end_brake"),
    path("entretien/<int:interview_id>/diagnostic-fait/", diagnosis.complete, name="diagnosis_done"),
    path("entretien/<int:interview_id>/orientation/", orientation.propose, name="orientation"),
    path("entretien/<int:interview_id>/proposition/", orientation.recompute, name="recompute"),
    path("entretien/<int:interview_id>/engagement/", closing.engagement, name="engagement"),
    path("entretien/<int:interview_id>/accord/", closing.agree, name="agree"),
    path("entretien/<int:interview_id>/suite/", closing.next_appointment, name="next_appointment"),
    path("entretien/<int:interview_id>/resume/", interview.summary, name="summary"),
    path("orientations/", decisions.decision_list, name="list"),
    path("orientations/export/", decisions.export, name="export"),
    path("orientations/transmission/", transmission.unsent, name="transmission"),
    path("orientations/transmission/export/", transmission.export, name="transmission_export"),
    path("orientations/decider/<int:entry_id>/", deciding.decide_for, name="decide_for"),
    path("orientations/<int:decision_id>/", decisions.decision_page, name="decision"),
    path("orientations/par-defaut/", worklists.by_default, name="by_default"),
    path("orientations/par-defaut/bloc/", worklists.by_default_block, name="by_default_block"),
    path("orientations/contrats-a-signer/", contracts_due.contracts_due, name="contracts_due"),
    path("orientations/contrats-a-signer/export/", contracts_due.export, name="contracts_due_export"),
    path("orientations/a-notifier/", notification.untold, name="untold"),
    path("orientations/<int:decision_id>/notifier/", notification.notify, name="notify"),
    path("orientations/<int:decision_id>/notifiee/", notification.notified, name="notified"),
    path("orientations/<int:decision_id>/referent/", decisions.referent, name="referent"),
    path("personnes/<int:person_id>/orientation/", cards.orientation_card, name="card"),
    path("personnes/<int:person_id>/diagnostic/", cards.diagnosis_card, name="diagnosis_card"),
]
