from django.urls import path

from emploi.territory.geography.web import views

app_name = "geography"

urlpatterns = [
    path("reglages/lieux/", views.places, name="places"),
    path("reglages/lieux/nouveau/", views.place_new, name="place_new"),
    path("reglages/lieux/<int:place_id>/", views.place_edit, name="place_edit"),
    path("reglages/lieux/<int:place_id>/fermer/", views.place_close, name="place_close"),
    path("reglages/lieux/<int:place_id>/rouvrir/", views.place_reopen, name="place_reopen"),
    path("reglages/territoires/", views.grids, name="grids"),
    path("reglages/territoires/<slug:grid>/<slug:slug>/", views.territory, name="territory"),
    path("reglages/territoires/<slug:grid>/communes/<str:code>/", views.commune_move, name="commune_move"),
]
