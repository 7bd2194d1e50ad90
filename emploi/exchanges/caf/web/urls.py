"""Addresses of the files of the payers."""

from django.urls import path

from emploi.exchanges.caf.web import code_labels, payer_data, views

app_name = "caf"
urlpatterns = [
    path("imports/caf/", views.deposit, name="deposit"),
    path("imports/caf/attente/", views.take, name="take"),
    path("imports/caf/<int:run_id>/", views.run, name="run"),
    path("imports/caf/<int:run_id>/appliquer/", views.apply, name="apply"),
    path("reglages/codes-caf/", code_labels.code_list, name="codes"),
    path("reglages/codes-caf/libelle/", code_labels.code_label, name="code"),
    path("personnes/<int:person_id>/donnees-caf/", payer_data.payer_data, name="payer_data"),
    path("personnes/<int:person_id>/donnees-caf/<int:passage_id>/xml/", payer_data.payer_text, name="payer_text"),
]
