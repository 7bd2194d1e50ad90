"""Addresses of the telephone reception."""

from django.urls import path

from emploi.pathway.reception.web import views

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
    path("personnes/<int:person_id>/appels/", views.card, name="card"),
]
