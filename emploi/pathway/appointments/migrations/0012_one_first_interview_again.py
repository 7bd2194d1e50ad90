"""The index of a foreign key, once withdrawn, took with it the unique index on the same column: it comes back."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0011_entrants_at_a_glance'),
    ]

    operations = [
        migrations.RunSQL(
            """CREATE UNIQUE INDEX IF NOT EXISTS appointment_one_first_interview ON appointments_appointment (entry_id)
               WHERE is_first_interview AND status IN ('planned', 'held')""",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
