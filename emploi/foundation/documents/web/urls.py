"""Addresses of stored documents."""

from django.urls import path

from emploi.foundation.documents.web import views

app_name = "documents"
urlpatterns = [
    path("documents/lien/<str:token>/", views.by_link, name="by_link"),
    path("documents/<uuid:uuid>/", views.download, name="download"),
]
