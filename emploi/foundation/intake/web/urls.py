"""Addresses of the imports."""

from django.urls import path

from emploi.foundation.intake.web import rows, views

app_name = "intake"
urlpatterns = [
    path("imports/", views.runs, name="runs"),
    path("imports/<int:run_id>/", views.run, name="run"),
    path("imports/<int:run_id>/avancement/", views.progress, name="progress"),
    path("imports/<int:run_id>/reprendre/", views.resume, name="resume"),
    path("imports/<int:run_id>/abandonner/", views.cancel, name="cancel"),
    path("imports/<int:run_id>/rejouer/", rows.replay_all, name="replay_all"),
    path("imports/<int:run_id>/lignes-refusees.csv", rows.export, name="export"),
    path("imports/<int:run_id>/lignes/<int:number>/", rows.row, name="row"),
    path("imports/<int:run_id>/lignes/<int:number>/rejouer/", rows.replay, name="replay"),
]
