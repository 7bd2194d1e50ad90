"""Relaunches are data of the kind and may leave alone; a suspension has a last day."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


def relaunch_first_interviews(apps, schema_editor):
    """A new installation relaunches by itself; where people were invited already, the administrator chooses."""
    if not apps.get_model("appointments", "Invitation").objects.exists():
        apps.get_model("appointments", "Kind").objects.filter(is_first_interview=True).update(relaunches_alone=True)


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0014_what_starts_support'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='invitationstop',
            name='field_history',
        ),
        migrations.AddField(
            model_name='invitationbatch',
            name='is_automatic',
            field=models.BooleanField(db_default=False, default=False, verbose_name='partie toute seule'),
        ),
        migrations.AddField(
            model_name='invitationstop',
            name='last_day',
            field=models.DateField(blank=True, null=True, verbose_name='dernier jour'),
        ),
        migrations.AddField(
            model_name='kind',
            name='relaunches',
            field=models.JSONField(blank=True, null=True, verbose_name='relances'),
        ),
        migrations.AddField(
            model_name='kind',
            name='relaunches_alone',
            field=models.BooleanField(db_default=False, default=False, verbose_name='relances envoyées toutes seules'),
        ),
        migrations.AddField(
            model_name='kind',
            name='relaunches_alone_since',
            field=models.DateField(blank=True, null=True, verbose_name='toutes seules depuis le'),
        ),
        migrations.AlterField(
            model_name='invitationstop',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='levée le'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='invitationstop',
            trigger=pgtrigger.compiler.Trigger(name='field_history', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF OLD.ended_at IS DISTINCT FROM NEW.ended_at THEN\n                INSERT INTO audit_fieldchange (table_name, row_id, column_name, old, new, actor)\n                VALUES (TG_TABLE_NAME, NEW.id, 'ended_at', OLD.ended_at::text, NEW.ended_at::text, NULLIF(current_setting('emploi.actor', true), ''));\n            END IF;\n\n            IF OLD.last_day IS DISTINCT FROM NEW.last_day THEN\n                INSERT INTO audit_fieldchange (table_name, row_id, column_name, old, new, actor)\n                VALUES (TG_TABLE_NAME, NEW.id, 'last_day', OLD.last_day::text, NEW.last_day::text, NULLIF(current_setting('emploi.actor', true), ''));\n            END IF;\n            RETURN NULL;", hash='ffa8ac0052e27029db22b29f76e5ac40ea8350ef', operation='UPDATE OF "ended_at", "last_day"', pgid='pgtrigger_field_history_306d6', table='appointments_invitationstop', when='AFTER')),
        ),
        migrations.RunPython(relaunch_first_interviews, migrations.RunPython.noop),
    ]
