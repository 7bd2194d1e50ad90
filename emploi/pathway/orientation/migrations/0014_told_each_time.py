"""A fact of France Travail keeps each time it was said, so that taking one file back leaves the word of the others."""

from django.db import migrations, models

ACTOR = "SELECT set_config('emploi.actor', 'system:migration', true);"
ONCE = """
UPDATE orientation_{table} SET first_received_on = received_on,
    told = jsonb_build_array(jsonb_build_array(received_on::text, source_label, run_id, {day}::text));
"""
FILL = ONCE.format(table="followup", day="stated_on") + ONCE.format(table="recommendation", day="recommended_on")


def _told(model: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.AddField(model, "told", models.JSONField(default=list, verbose_name="chaque fois")),
        migrations.AddField(
            model, "first_received_on", models.DateField(null=True, verbose_name="reçu la première fois le")
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("orientation", "0013_reorientation_letter_reason")]

    operations = [
        *_told("followup"),
        *_told("recommendation"),
        migrations.AlterField(
            "recommendation",
            "legal_path",
            models.CharField(
                blank=True,
                choices=[
                    ("professionnel", "Parcours professionnel"),
                    ("socio_professionnel", "Parcours socio-professionnel"),
                    ("social", "Parcours social"),
                ],
                max_length=20,
                verbose_name="parcours recommandé",
            ),
        ),
        migrations.RunSQL([ACTOR + FILL], migrations.RunSQL.noop),
        *(
            migrations.AlterField(model, "first_received_on", models.DateField(verbose_name="reçu la première fois le"))
            for model in ("followup", "recommendation")
        ),
    ]
