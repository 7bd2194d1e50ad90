"""The address of the « délais » card."""

from django.urls import path

from emploi.pathway.clocks.web import views

app_name = "clocks"

urlpatterns = [path("personnes/<int:person_id>/delais/", views.card, name="card")]
