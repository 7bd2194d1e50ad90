"""One more reason for a delay to be void: its entry is of the stock taken over."""

from django.db import migrations, models

REASONS = [
    ("death", "Décès"),
    ("moved_out", "Départ du département"),
    ("right_ended", "Fin du droit ou des droits et devoirs"),
    ("duplicate", "Dossier en double"),
    ("annulled", "Droit annulé par l’organisme payeur"),
    ("restarted", "Délai recommencé"),
    ("settled", "N’est plus nécessaire"),
    ("stock", "Entrée de la reprise du stock : aucun délai ne court"),
]


class Migration(migrations.Migration):

    dependencies = [("clocks", "0002_let_go")]

    operations = [
        migrations.AlterField(
            model_name="deadline",
            name="void_reason",
            field=models.CharField(blank=True, choices=REASONS, db_default="", max_length=12, verbose_name="raison"),
        ),
    ]
