"""Which kinds begin the support becomes a column, so that a kind the Département creates counts rightly."""

from django.db import migrations, models
from django.db.models import Q

# What this product counted apart by name until now.
APART = ("suite-orientation", "reorientation", "main-tendue", "equipe-pluridisciplinaire", "plateforme-telephonique")


def fill(apps, schema_editor):
    kinds = apps.get_model("appointments", "Kind")
    apart = Q(slug__in=APART) | Q(is_first_interview=True) | Q(is_collective=True)
    kinds.objects.filter(apart).update(starts_support=False)


class Migration(migrations.Migration):

    dependencies = [
        ("appointments", "0013_excuse_after_absence"),
    ]

    operations = [
        migrations.AddField(
            model_name="kind",
            name="starts_support",
            field=models.BooleanField(db_default=True, default=True, verbose_name="commence l'accompagnement"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
