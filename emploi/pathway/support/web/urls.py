"""Addresses of the support."""

from django.urls import path

from emploi.pathway.support.web import views

app_name = "support"

urlpatterns = [
    path("entretiens-reguliers/a-prevoir/", views.block, name="block"),
    path("entretiens-reguliers/<int:rhythm_id>/reprendre/", views.confirm, name="confirm"),
    path("entretiens-reguliers/<int:rhythm_id>/arreter/", views.end, name="end"),
    path("personnes/<int:person_id>/entretiens-reguliers/", views.card, name="card"),
    path("personnes/<int:person_id>/entretiens-reguliers/convenir/", views.set_rhythm, name="set"),
]
