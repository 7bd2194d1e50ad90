"""Addresses of persons by hand, their cards and the points to check."""

from django.urls import path

from emploi.pathway.beneficiaries.web.views import cards, contacts, france_travail, merging, people, reviews

app_name = "beneficiaries"

urlpatterns = [
    path("personnes/nouvelle/", people.create, name="create"),
    path("personnes/a-verifier/", reviews.review_list, name="reviews"),
    path("personnes/a-verifier/<int:review_id>/regler/", reviews.settle, name="settle"),
    path("personnes/a-verifier/<int:review_id>/droits-et-devoirs/", reviews.settle_duties, name="settle_duties"),
    path("personnes/a-verifier/<int:review_id>/identite/", reviews.settle_identity, name="settle_identity"),
    path("personnes/<int:kept_id>/reunir/<int:absorbed_id>/", merging.compare, name="compare"),
    path("personnes/<int:person_id>/reunir/", merging.find_double, name="find_double"),
    path("personnes/<int:person_id>/fusions/", merging.merges, name="merges"),
    path("personnes/fusions/<int:record_id>/separer/", merging.undo, name="undo_merge"),
    path("ma-journee/a-verifier/", reviews.day_block, name="day_reviews"),
    path("personnes/<int:person_id>/identite/", cards.identity, name="identity"),
    path("personnes/<int:person_id>/corriger/", people.correct, name="correct"),
    path("personnes/<int:person_id>/france-travail/", france_travail.france_travail, name="france_travail"),
    path("personnes/<int:person_id>/coordonnees/", cards.contacts_card, name="contacts"),
    path("personnes/<int:person_id>/coordonnees/modifier/", contacts.edit, name="contacts_edit"),
    path("personnes/<int:person_id>/coordonnees/comment-ecrire/", contacts.wish, name="wish"),
    path("personnes/<int:person_id>/coordonnees/<int:contact_id>/premier/", contacts.prefer, name="contact_prefer"),
    path(
        "personnes/<int:person_id>/coordonnees/<int:contact_id>/hors-service/", contacts.mark_dead, name="contact_dead"
    ),
    path("personnes/<int:person_id>/adresse/", contacts.address, name="address"),
]
