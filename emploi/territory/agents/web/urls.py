from django.urls import path

from emploi.territory.agents.web import activation, views

app_name = "agents"

urlpatterns = [
    path("compte/activation/<str:token>/", activation.activate, name="activate"),
    path("reglages/comptes/", views.accounts, name="list"),
    path("reglages/comptes/nouveau/", views.account_new, name="new"),
    path("reglages/comptes/roles/", views.roles, name="roles"),
    path("reglages/comptes/<int:agent_id>/", views.account, name="account"),
    path("reglages/comptes/<int:agent_id>/modifier/", views.account_edit, name="edit"),
    path("reglages/comptes/<int:agent_id>/lien/", views.link_new, name="link"),
    path("reglages/comptes/<int:agent_id>/second-facteur/", views.second_factor, name="second_factor"),
    path("reglages/comptes/<int:agent_id>/desactiver/", views.account_close, name="close"),
    path("reglages/comptes/<int:agent_id>/reactiver/", views.account_reopen, name="reopen"),
    path("reglages/comptes/<int:agent_id>/roles/nouveau/", views.role_new, name="role_new"),
    path("reglages/comptes/<int:agent_id>/roles/<int:membership_id>/terminer/", views.role_end, name="role_end"),
]
