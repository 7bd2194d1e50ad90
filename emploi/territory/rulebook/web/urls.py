from django.urls import path

from emploi.territory.rulebook.web import views

app_name = "rulebook"

urlpatterns = [
    path("reglages/regles-et-delais/", views.rules, name="list"),
    path("reglages/regles-et-delais/textes/", views.texts, name="texts"),
    path("reglages/regles-et-delais/<slug:slug>/", views.parameter, name="parameter"),
    path("reglages/regles-et-delais/<slug:slug>/modifier/", views.change, name="change"),
]
