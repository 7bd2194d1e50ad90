"""Addresses of the frame itself: the accent's style sheet, the logo and the gallery of components."""

from django.conf import settings
from django.urls import path

from emploi.foundation.ui.web import gallery, views

app_name = "ui"

urlpatterns = [
    path("theme/accent.css", views.accent, name="accent"),
    path("theme/logo", views.logo, name="logo"),
]
if getattr(settings, "SHOWS_GALLERY", False):
    urlpatterns += [
        path("ui/", gallery.components, name="gallery"),
        path("ui/erreur/<slug:name>/", gallery.error_page, name="gallery_error"),
    ]
