"""The mark that takes off the work lists what nobody has to do any more, written for what is known already."""

from django.db import migrations, models
from django.db.models import Q

# Exits first, then orientations: the same days as the actions give (clocks.actions).
KNOWN = """
    SELECT set_config('emploi.actor', 'system:migration', true);
    UPDATE clocks_deadline d
       SET let_go_on = e.closed_on
      FROM beneficiaries_entry e
     WHERE e.id = d.entry_id AND d.met_on IS NULL AND d.voided_on IS NULL AND e.closed_on IS NOT NULL;
    UPDATE clocks_deadline d
       SET let_go_on = (o.recorded_at AT TIME ZONE 'Europe/Paris')::date
      FROM orientation_decision o
     WHERE o.entry_id = d.entry_id AND o.is_current AND d.met_on IS NULL AND d.voided_on IS NULL
       AND d.let_go_on IS NULL;
    SELECT set_config('emploi.actor', '', true);
"""


class Migration(migrations.Migration):

    dependencies = [
        ("clocks", "0001_initial"),
        ("beneficiaries", "0004_entries_and_sightings"),
        ("orientation", "0004_taken_over"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="let_go_on",
            field=models.DateField(blank=True, null=True, verbose_name="plus rien à faire depuis le"),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="deadline",
            name="is_actionable",
            field=models.GeneratedField(
                db_persist=True,
                expression=Q(met_on__isnull=True, voided_on__isnull=True, let_go_on__isnull=True),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.RemoveIndex(model_name="deadline", name="deadline_waiting"),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=Q(is_actionable=True),
                fields=["kind", "due_on", "id"],
                name="deadline_actionable",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=Q(let_go_on__isnull=True) | Q(met_on__isnull=True, voided_on__isnull=True),
                name="deadline_let_go_while_waiting",
            ),
        ),
    ]
