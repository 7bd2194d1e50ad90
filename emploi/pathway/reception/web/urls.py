"""Addresses of the reception: calls and replies."""

from django.urls import path

from emploi.pathway.reception.web import answers, views

app_name = "reception"

urlpatterns = [
    path("appels/", views.calls, name="calls"),
    path("appels/export/", views.export, name="export"),
    path("appels/noter/", views.note, name="note"),
    path("appels/a-rappeler/", views.block, name="block"),
    path("appels/<int:call_id>/", views.call, name="call"),
    path("appels/<int:call_id>/rappel/", views.call_back, name="call_back"),
    path("appels/<int:call_id>/confier/", views.hand_over, name="hand_over"),
    path("appels/<int:call_id>/abandonner/", views.give_up, name="give_up"),
    path("appels/<int:call_id>/personne/", answers.attribute, name="attribute"),
    path("appels/<int:call_id>/personne/retirer/", answers.take_back, name="take_back"),
    path("appels/<int:call_id>/suite/", answers.settle, name="settle"),
    path("appels/<int:call_id>/sms/", answers.resume_sms, name="resume_sms"),
    path("personnes/<int:person_id>/appels/", views.card, name="card"),
]
