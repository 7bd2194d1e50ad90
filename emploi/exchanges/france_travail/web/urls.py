"""Addresses of the exchanges with France Travail."""

from django.urls import path

from emploi.exchanges.france_travail.web import views

app_name = "france_travail"
urlpatterns = [
    path("donnees/france-travail/", views.home, name="home"),
    path("donnees/france-travail/reponses/", views.receipts, name="receipts"),
    path("donnees/france-travail/modele.<str:file_format>", views.template, name="template"),
    path("donnees/france-travail/reponses/modele.<str:file_format>", views.receipts_template, name="receipts_template"),
]
