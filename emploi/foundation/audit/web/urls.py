from django.urls import path

from emploi.foundation.audit.web import views

app_name = "audit"

urlpatterns = [
    path("reglages/traces/", views.journal, name="journal"),
    path("reglages/traces/consultations/", views.consultations, name="consultations"),
    path("reglages/traces/valeurs/", views.changes, name="changes"),
]
