"""Addresses of the spreadsheets."""

from django.urls import path

from emploi.exchanges.spreadsheets.web.views import columns, files, lines, people, runs, stock

app_name = "spreadsheets"
urlpatterns = [
    path("imports/tableurs/", files.deposit, name="deposit"),
    path("imports/tableurs/modele.<str:file_format>", files.template, name="template"),
    path("imports/tableurs/export/", people.export, name="people"),
    path("imports/tableurs/reprise/", stock.deposit, name="stock"),
    path("imports/tableurs/reprise/modele.<str:file_format>", stock.template, name="stock_template"),
    path("imports/tableurs/<int:run_id>/noms/", stock.names, name="stock_names"),
    path("imports/tableurs/<int:run_id>/absents/", stock.absent, name="stock_absent"),
    path("imports/tableurs/<int:run_id>/absents.<str:file_format>", stock.absent_export, name="stock_absent_export"),
    path("imports/tableurs/<int:run_id>/", runs.run, name="run"),
    path("imports/tableurs/<int:run_id>/colonnes/", columns.columns, name="columns"),
    path("imports/tableurs/<int:run_id>/feuille/", columns.sheet, name="sheet"),
    path("imports/tableurs/<int:run_id>/correspondance/", columns.mapping, name="mapping"),
    path("imports/tableurs/<int:run_id>/enregistrer/", runs.apply, name="apply"),
    path("imports/tableurs/<int:run_id>/annuler/", runs.undo, name="undo"),
    path("imports/tableurs/<int:run_id>/erreurs.<str:file_format>", runs.errors, name="errors"),
    path("imports/tableurs/<int:run_id>/lignes/<int:number>/", lines.line, name="line"),
]
