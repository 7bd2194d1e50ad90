"""Addresses of the files of the payers."""

from django.urls import path

from emploi.exchanges.caf.web import views

app_name = "caf"
urlpatterns = [
    path("imports/caf/", views.deposit, name="deposit"),
    path("imports/caf/attente/", views.take, name="take"),
    path("imports/caf/<int:run_id>/", views.run, name="run"),
    path("imports/caf/<int:run_id>/appliquer/", views.apply, name="apply"),
]
