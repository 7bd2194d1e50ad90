"""The index of a foreign key, once withdrawn, took with it the unique indexes on the same column: they come back."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('orientation', '0014_told_each_time'),
    ]

    operations = [
        migrations.RunSQL(
            """CREATE UNIQUE INDEX IF NOT EXISTS decision_one_current_per_entry ON orientation_decision (entry_id)
               WHERE is_current""",
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """CREATE UNIQUE INDEX IF NOT EXISTS interview_one_open_per_entry ON orientation_interview (entry_id)
               WHERE closed_at IS NULL""",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
