"""Addresses of the desk: the day, the entrants, the caller, the persons, the search."""

from django.urls import path

from emploi.portal.desk.web.views import (
    appointments,
    caller,
    claimants,
    day,
    entrants,
    home,
    needs,
    person,
    persons,
    search,
    situation,
)

app_name = "desk"

urlpatterns = [
    path("", home.index, name="index"),
    path("ma-journee/", day.my_day, name="day"),
    path("ma-journee/a-recevoir/", day.to_meet, name="day_to_meet"),
    path("ma-journee/creneaux-manquants/", day.missing_slots, name="day_missing_slots"),
    path("ma-journee/a-orienter/", day.to_orient, name="day_to_orient"),
    path("entrants/", entrants.entrant_list, name="entrants"),
    path("entrants/inviter/", entrants.invite, name="invite"),
    path("entrants/inviter/<int:person_id>/", entrants.invite_one, name="invite_one"),
    path("entrants/demandeurs/", claimants.claimant_list, name="claimants"),
    path("entrants/export/", entrants.export, name="entrants_export"),
    path("rendez-vous/liste/", appointments.appointment_list, name="appointments"),
    path("rendez-vous/liste/export/", appointments.export, name="appointments_export"),
    path("telephone/", caller.find, name="caller"),
    path("telephone/<int:person_id>/", caller.book_for, name="caller_person"),
    path("telephone/<int:person_id>/demande/", caller.ask_slot, name="caller_request"),
    path("personnes/", persons.person_list, name="persons"),
    path("personnes/export/", persons.export, name="persons_export"),
    path("personnes/<int:person_id>/", person.person_page, name="person"),
    path("personnes/<int:person_id>/besoins/", needs.needs, name="needs"),
    path("personnes/<int:person_id>/deces/", situation.death, name="death"),
    path("personnes/<int:person_id>/sortie/", situation.leave, name="leave"),
    path("personnes/<int:person_id>/reprise/", situation.come_back, name="come_back"),
    path("personnes/<int:person_id>/historique/", person.history, name="history"),
    path("recherche/", search.search, name="search"),
]
