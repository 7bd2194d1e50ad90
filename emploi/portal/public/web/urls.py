"""Addresses of the public information pages."""

from django.urls import path

from emploi.portal.public.web import views

app_name = "public"

urlpatterns = [
    path("informations/", views.home, name="home"),
    path("informations/premier-rendez-vous/", views.first_meeting, name="first_meeting"),
    path("informations/mentions-legales/", views.legal, name="legal"),
    path("informations/donnees-personnelles/", views.privacy, name="privacy"),
    path("informations/accessibilite/", views.accessibility, name="accessibility"),
    path("informations/orientation/", views.rules, name="rules"),
    path("informations/definitions/", views.definitions, name="definitions"),
]
