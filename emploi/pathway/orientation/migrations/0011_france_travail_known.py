"""What agents had already said of France Travail, and the decisions already sent, become facts and sendings."""

from django.db import migrations

ACTOR = "SELECT set_config('emploi.actor', 'system:migration', true);"
FACTS = """
INSERT INTO orientation_followup (person_id, source, source_label, received_on, recorded_at, number, mark, stated_on,
                                  followed, since, agency_code, category)
SELECT DISTINCT ON (e.person_id) e.person_id, 'agent', france_travail_told_by, france_travail_told_at::date,
       france_travail_told_at, '', md5('follow_up' || id), france_travail_told_at::date,
       france_travail_followed, france_travail_since, '', ''
FROM beneficiaries_entry e WHERE france_travail_told_at IS NOT NULL ORDER BY e.person_id, e.france_travail_told_at DESC;
INSERT INTO orientation_recommendation (person_id, source, source_label, received_on, recorded_at, number, mark,
                                        legal_path, recommended_on, body_name, agency_code, adviser)
SELECT DISTINCT ON (e.person_id) e.person_id, 'agent', france_travail_told_by, france_travail_told_at::date,
       france_travail_told_at, '', md5('recommendation' || id), france_travail_path, france_travail_path_on, '', '', ''
FROM beneficiaries_entry e WHERE france_travail_told_at IS NOT NULL AND france_travail_path <> ''
ORDER BY e.person_id, e.france_travail_told_at DESC;
"""
SENDINGS = """
INSERT INTO orientation_transmission (sent_on, recorded_at, undone_reason)
SELECT DISTINCT transmitted_on, now(), '' FROM orientation_decision WHERE transmitted_on IS NOT NULL;
INSERT INTO orientation_sentdecision (transmission_id, decision_id)
SELECT t.id, d.id FROM orientation_decision d JOIN orientation_transmission t ON t.sent_on = d.transmitted_on;
"""


class Migration(migrations.Migration):
    dependencies = [("orientation", "0010_france_travail")]

    operations = [migrations.RunSQL([ACTOR + FACTS + SENDINGS], migrations.RunSQL.noop)]
