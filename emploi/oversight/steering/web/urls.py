"""Addresses of steering."""

from django.urls import path

from emploi.oversight.steering.web.views import capacity, delays, overview

app_name = "steering"
urlpatterns = [
    path("pilotage/", overview.overview, name="overview"),
    path("pilotage/delais/", delays.delays, name="delays"),
    path("pilotage/delais/liste/", delays.entrants, name="list"),
    path("pilotage/delais/liste/export/", delays.export, name="export"),
    path("pilotage/capacite/", capacity.capacity, name="capacity"),
]
