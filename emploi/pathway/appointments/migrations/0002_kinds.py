"""The kinds of appointment everybody starts with; a Département edits them afterwards."""

from django.db import migrations

KINDS = [
    {
        "slug": "premier-rendez-vous",
        "name": "Premier rendez-vous d’orientation",
        "presentation": (
            "Nous parlons de votre situation, de vos projets et de vos difficultés. "
            "Nous choisissons ensemble la personne qui va vous accompagner."
        ),
        "what_to_bring": (
            "Une pièce d’identité (carte d’identité, passeport ou titre de séjour)\n"
            "Votre numéro d’allocataire CAF ou MSA\n"
            "Votre CV, si vous en avez un\n"
            "Votre numéro France Travail, si vous en avez un"
        ),
        "duration_minutes": 60,
        "is_first_interview": True,
        "physical_required": True,
        "bookable_by_person": True,
        "position": 1,
    },
    {
        "slug": "suite-orientation",
        "name": "Suite du premier rendez-vous",
        "presentation": "Nous terminons ensemble ce qui a été commencé au premier rendez-vous.",
        "what_to_bring": "Les papiers que nous vous avons demandés",
        "duration_minutes": 45,
        "is_first_interview": False,
        "physical_required": False,
        "bookable_by_person": True,
        "position": 2,
    },
    {
        "slug": "rendez-vous-conseiller",
        "name": "Rendez-vous avec votre conseiller",
        "presentation": "Vous faites connaissance avec la personne qui vous accompagne.",
        "what_to_bring": "Votre contrat d’engagement d’orientation\nVotre CV, si vous en avez un",
        "duration_minutes": 45,
        "is_first_interview": False,
        "physical_required": False,
        "bookable_by_person": True,
        "position": 3,
    },
    {
        "slug": "reorientation",
        "name": "Rendez-vous de réorientation",
        "presentation": "Votre situation a changé. Nous cherchons ensemble un accompagnement qui convient mieux.",
        "what_to_bring": "Les papiers qui montrent votre nouvelle situation",
        "duration_minutes": 45,
        "is_first_interview": False,
        "physical_required": False,
        "bookable_by_person": True,
        "position": 4,
    },
]


def add_kinds(apps, schema_editor):
    Kind = apps.get_model("appointments", "Kind")
    for kind in KINDS:
        Kind.objects.get_or_create(slug=kind["slug"], defaults=kind)


def remove_unused_kinds(apps, schema_editor):
    apps.get_model("appointments", "Kind").objects.filter(slug__in=[kind["slug"] for kind in KINDS]).delete()


class Migration(migrations.Migration):
    dependencies = [("appointments", "0001_initial")]
    operations = [migrations.RunPython(add_kinds, remove_unused_kinds)]
