"""Who accompanies a person may invite or convene her, to meet herself, for the kinds that say so (RG-12, DIS-023)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SHIPPED = ("rendez-vous-conseiller", "signature-contrat", "renouvellement-contrat", "remobilisation")


def open_shipped(apps, schema_editor):
    apps.get_model("appointments", "Kind").objects.filter(slug__in=SHIPPED).update(by_follower=True)


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0022_requests_without_invitation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "invitationbatch", "with_agent",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to=settings.AUTH_USER_MODEL, verbose_name="avec",
            ),
        ),
        migrations.AddField(
            "kind", "by_follower",
            models.BooleanField(
                "le référent et son organisme y invitent", default=False, db_default=False,
            ),
        ),
        migrations.AddConstraint(
            "kind",
            models.CheckConstraint(
                condition=models.Q(is_first_interview=False) | models.Q(by_follower=False),
                name="kind_first_interview_by_the_service",
            ),
        ),
        migrations.RunPython(open_shipped, migrations.RunPython.noop),
    ]  # fmt: skip
