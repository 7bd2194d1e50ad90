"""Since when the referent in place is: the day the history says she was named, else that of the decision."""

from django.db import migrations

# The day is unknown for a referent taken over from a former tool, unless she was named here.
FILL = """
    SELECT set_config('emploi.actor', 'system:migration', true);
    UPDATE orientation_decision decision
    SET referent_since = coalesce(
        (SELECT max(at AT TIME ZONE 'Europe/Paris')::date FROM audit_fieldchange
         WHERE table_name = 'orientation_decision' AND row_id = decision.id AND column_name = 'referent_id'
           AND new = decision.referent_id::text),
        CASE WHEN basis <> 'taken_over' THEN decided_on END)
    WHERE referent_id IS NOT NULL AND referent_since IS NULL;
    SELECT set_config('emploi.actor', '', true);
"""


class Migration(migrations.Migration):

    dependencies = [
        ("orientation", "0019_referents"),
        ("audit", "0002_initial"),
    ]

    operations = [migrations.RunSQL([FILL], migrations.RunSQL.noop)]
