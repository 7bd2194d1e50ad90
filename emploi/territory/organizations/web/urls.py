from django.urls import path

from emploi.territory.organizations.web import views

app_name = "organizations"

urlpatterns = [
    path("reglages/organismes/", views.organizations, name="list"),
    path("reglages/organismes/nouveau/", views.organization_new, name="new"),
    path("reglages/organismes/<int:organization_id>/", views.organization_edit, name="edit"),
    path("reglages/organismes/<int:organization_id>/fermer/", views.organization_close, name="close"),
    path("reglages/organismes/<int:organization_id>/rouvrir/", views.organization_reopen, name="reopen"),
]
