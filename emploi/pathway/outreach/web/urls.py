"""Addresses of the register of information and access to rights."""

from django.urls import path

from emploi.pathway.outreach.web import views

app_name = "outreach"

urlpatterns = [
    path("acces-aux-droits/", views.register, name="register"),
    path("acces-aux-droits/export/", views.export, name="export"),
    path("acces-aux-droits/noter/", views.record, name="record"),
    path("acces-aux-droits/<int:information_id>/", views.page, name="page"),
    path("acces-aux-droits/<int:information_id>/corriger/", views.correct, name="correct"),
    path("acces-aux-droits/<int:information_id>/retirer/", views.cancel, name="cancel"),
    path("acces-aux-droits/<int:information_id>/personne/", views.link, name="link"),
    path("personnes/<int:person_id>/acces-aux-droits/", views.card, name="card"),
]
