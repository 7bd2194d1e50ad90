import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("beneficiaries", "0003_dead_in_file"),
        ("caf", "0002_payer_data"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reduction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.CharField(max_length=12, verbose_name="montant")),
                (
                    "household",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reduction",
                        to="beneficiaries.household",
                        verbose_name="dossier",
                    ),
                ),
            ],
            options={
                "verbose_name": "réduction appliquée",
                "verbose_name_plural": "réductions appliquées",
            },
        ),
    ]
