"""An administrator closes a pathway, orders them, says who leads them; the rules no longer undo it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0001_initial'),
        ('orientation', '0020_referent_since'),
    ]

    operations = [
        migrations.AddField(
            model_name='modality',
            name='closed_by_rules',
            field=models.BooleanField(db_default=False, default=False, verbose_name='les règles ne la nomment plus'),
        ),
        migrations.AddField(
            model_name='modality',
            name='closed_reason',
            field=models.CharField(blank=True, db_default='', max_length=200, verbose_name='pourquoi l’administrateur l’a fermée'),
        ),
        migrations.AddField(
            model_name='modality',
            name='kinds_are_ours',
            field=models.BooleanField(db_default=False, default=False, verbose_name='sortes choisies ici'),
        ),
        migrations.AddField(
            model_name='modality',
            name='order_is_ours',
            field=models.BooleanField(db_default=False, default=False, verbose_name='ordre choisi ici'),
        ),
        # Until now only rules that no longer named a pathway closed it.
        migrations.RunSQL(
            """SELECT set_config('emploi.actor', 'system:migration', true);
               UPDATE orientation_modality SET closed_by_rules = true WHERE NOT is_active""",
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='modality',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_by_rules', False), ('closed_reason', ''), ('is_active', True)), models.Q(('is_active', False), models.Q(('closed_by_rules', True), models.Q(('closed_reason', ''), _negated=True), _connector='OR')), _connector='OR'), name='modality_open_or_closed'),
        ),
    ]
