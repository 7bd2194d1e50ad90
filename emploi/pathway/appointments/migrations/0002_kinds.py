"""The kinds of appointment everybody starts with; a Département edits them afterwards."""

from django.db import migrations

from emploi.pathway.appointments.shipped import ship_kinds, shipped_kinds


def add_kinds(apps, schema_editor):
    ship_kinds(apps.get_model("appointments", "Kind"))


def remove_unused_kinds(apps, schema_editor):
    slugs = [kind["slug"] for kind in shipped_kinds()]
    apps.get_model("appointments", "Kind").objects.filter(slug__in=slugs).delete()


class Migration(migrations.Migration):
    dependencies = [("appointments", "0001_initial")]
    operations = [migrations.RunPython(add_kinds, remove_unused_kinds)]
