"""The day letters were posted belongs to their print run; a batch may have several."""

from django.db import migrations

ACTOR = "SELECT set_config('emploi.actor', 'system:migration', true);"
FORWARD = """
UPDATE messaging_printrun run
   SET origin = 'appointments:' || batch.id, posted_on = batch.posted_on,
       posted_by_label = COALESCE(left(trim(agent.first_name || ' ' || agent.last_name), 120), '')
  FROM appointments_invitationbatch batch LEFT JOIN agents_agent agent ON agent.id = batch.posted_by_id
 WHERE batch.letters_id IS NOT NULL AND run.document_id = batch.letters_id;
UPDATE messaging_printrun run SET origin = 'orientation:' || batch.id
  FROM orientation_orientationbatch batch
 WHERE batch.letters_id IS NOT NULL AND run.document_id = batch.letters_id;
"""
BACK = """
UPDATE appointments_invitationbatch batch SET posted_on = run.posted_on
  FROM messaging_printrun run WHERE run.document_id = batch.letters_id;
"""
NOBODY = "SELECT set_config('emploi.actor', '', true);"


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0017_kept_after_leaving"),
        ("messaging", "0006_posting"),
        ("orientation", "0015_one_an_entry_again"),
    ]

    operations = [
        migrations.RunSQL([ACTOR + FORWARD + NOBODY], [ACTOR + BACK + NOBODY]),
        migrations.RemoveField("invitationbatch", "posted_by"),
        migrations.RemoveField("invitationbatch", "posted_on"),
    ]
