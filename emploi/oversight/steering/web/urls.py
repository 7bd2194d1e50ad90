"""Addresses of steering."""

from django.urls import path

from emploi.oversight.steering.web.views import absences, capacity, delays, funnel, meetings, overview, typed

app_name = "steering"
urlpatterns = [
    path("pilotage/", overview.overview, name="overview"),
    path("pilotage/delais/", delays.delays, name="delays"),
    path("pilotage/delais/liste/", delays.entrants, name="list"),
    path("pilotage/delais/liste/export/", delays.export, name="export"),
    path("pilotage/delais/repere/", delays.of_another_time, name="historic"),
    path("pilotage/absences/", absences.absences, name="absences"),
    path("pilotage/absences/liste/", absences.appointments, name="absences_list"),
    path("pilotage/absences/liste/export/", absences.export, name="absences_export"),
    path("pilotage/indicateurs/<slug:indicator>/", typed.figures, name="typed"),
    path("pilotage/indicateurs/<slug:indicator>/saisir/", typed.enter, name="type"),
    path("pilotage/indicateurs/<slug:indicator>/retirer/<int:figure_id>/", typed.withdraw, name="withdraw"),
    path("pilotage/parcours/", funnel.funnel, name="funnel"),
    path("pilotage/parcours/liste/", funnel.waiting, name="funnel_list"),
    path("pilotage/parcours/liste/export/", funnel.export, name="funnel_export"),
    path("pilotage/parcours/envois/", funnel.tries, name="tries"),
    path("pilotage/rencontres/", meetings.meetings, name="meetings"),
    path("pilotage/rencontres/liste/", meetings.held, name="meetings_list"),
    path("pilotage/rencontres/accueils-collectifs/", meetings.welcomed, name="welcomes_list"),
    path("pilotage/rencontres/heures-souples/", meetings.slots, name="flexible_slots"),
    path("pilotage/capacite/", capacity.capacity, name="capacity"),
    path("pilotage/capacite/liste/", capacity.behind, name="capacity_list"),
]
