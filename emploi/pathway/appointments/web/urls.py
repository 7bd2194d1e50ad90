from django.urls import path

from emploi.pathway.appointments.web.views import agenda, appointments, invitations, openings, person, worklists

app_name = "appointments"

urlpatterns = [
    path("rendez-vous/", agenda.agenda, name="agenda"),
    path("rendez-vous/<int:pk>/", appointments.appointment, name="appointment"),
    path("rendez-vous/<int:pk>/presence/", appointments.presence, name="presence"),
    path("rendez-vous/<int:pk>/corriger/", appointments.undo, name="undo"),
    path("rendez-vous/<int:pk>/deplacer/", appointments.move, name="move"),
    path("rendez-vous/<int:pk>/annuler/", appointments.cancel, name="cancel"),
    path("rendez-vous/<int:pk>/rendez-vous.ics", appointments.calendar, name="calendar"),
    path("rendez-vous/<int:pk>/imprimer/", appointments.printed, name="printed"),
    path("rendez-vous/permanences/", openings.openings, name="openings"),
    path("rendez-vous/permanences/nouvelle/", openings.opening_new, name="opening_new"),
    path("rendez-vous/permanences/<int:pk>/", openings.opening_edit, name="opening_edit"),
    path("rendez-vous/permanences/<int:pk>/arreter/", openings.opening_end, name="opening_end"),
    path("rendez-vous/jours-fermes/nouveau/", openings.closure_new, name="closure_new"),
    path("rendez-vous/jours-fermes/<int:pk>/", openings.closure, name="closure"),
    path("rendez-vous/jours-fermes/<int:pk>/rouvrir/", openings.closure_lift, name="closure_lift"),
    path("rendez-vous/a-faire/relances/envoyer/", worklists.relaunch, name="relaunch"),
    path("rendez-vous/a-faire/<slug:name>/", worklists.worklist, name="worklist"),
    path("rendez-vous/demandes/", worklists.requests, name="requests"),
    path("rendez-vous/demandes/<int:pk>/reglee/", worklists.request_settle, name="request_settle"),
    path("rendez-vous/blocs/aujourd-hui/", agenda.block_today, name="block_today"),
    path("rendez-vous/blocs/a-noter/", agenda.block_unmarked, name="block_unmarked"),
    path("rendez-vous/blocs/a-deplacer/", agenda.block_to_move, name="block_to_move"),
    path("rendez-vous/blocs/demandes/", worklists.block_requests, name="block_requests"),
    path("rendez-vous/blocs/relances/", worklists.block_follow_up, name="block_follow_up"),
    path("invitations/", invitations.batches, name="batches"),
    path("invitations/<int:pk>/", invitations.batch, name="batch"),
    path("invitations/<int:pk>/lettres/", invitations.letters_print, name="letters_print"),
    path("invitations/<int:pk>/postees/", invitations.letters_posted, name="letters_posted"),
    path("invitations/liens/<int:pk>/retirer/", invitations.revoke, name="revoke"),
    path("personnes/<int:person_id>/rendez-vous/", person.card, name="card"),
    path("personnes/<int:person_id>/rendez-vous/reserver/", person.reserve, name="reserve"),
    path("personnes/<int:person_id>/rendez-vous/convoquer/", person.convene, name="convene"),
    path("personnes/<int:person_id>/rendez-vous/appeler/", worklists.call, name="call"),
    path("personnes/<int:person_id>/rendez-vous/suspendre/", person.stop, name="stop"),
    path("personnes/<int:person_id>/rendez-vous/reprendre/", person.resume, name="resume"),
]
