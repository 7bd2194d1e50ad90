"""Addresses of the files of the payers."""

from django.urls import path

from emploi.exchanges.caf.web import code_labels, payer_data, quality, sequence, views

app_name = "caf"
urlpatterns = [
    path("imports/caf/", views.deposit, name="deposit"),
    path("imports/caf/attente/", views.take, name="take"),
    path("imports/caf/<int:run_id>/", views.run, name="run"),
    path("imports/caf/<int:run_id>/appliquer/", views.apply, name="apply"),
    path("imports/caf/suite/", sequence.sequence, name="sequence"),
    path("ma-journee/fichiers-caisse/", sequence.day_files, name="day_files"),
    path("imports/caf/qualite/", quality.quality, name="quality"),
    path("imports/caf/qualite/<int:run_id>/", quality.quality_file, name="quality_file"),
    path("imports/caf/qualite/<int:run_id>/rapport.<slug:file_format>", quality.quality_report, name="quality_report"),
    path("reglages/codes-caf/", code_labels.code_list, name="codes"),
    path("reglages/codes-caf/libelle/", code_labels.code_label, name="code"),
    path("personnes/<int:person_id>/donnees-caf/", payer_data.payer_data, name="payer_data"),
    path("personnes/<int:person_id>/donnees-caf/<int:passage_id>/xml/", payer_data.payer_text, name="payer_text"),
]
