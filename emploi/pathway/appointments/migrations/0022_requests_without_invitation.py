"""Whoever was never invited asks for a slot too, one request a kind; a date taken comes with a link of its own."""

import django.db.models.deletion
from django.db import migrations, models

ACTS = [
    ("invitation", "Invitation"), ("convocation", "Convocation"), ("booked", "Lien donné avec un rendez-vous"),
]  # fmt: skip
# Foreign keys are checked at once, else the column could not be changed in the same transaction.
COPY_KINDS = """
    SET CONSTRAINTS ALL IMMEDIATE;
    UPDATE appointments_slotrequest request SET kind_id = invitation.kind_id
      FROM appointments_invitation invitation WHERE invitation.id = request.invitation_id;
"""
# What the former schema cannot hold; the invitation's own kind was already there.
WITHOUT_INVITATION = """
    SET CONSTRAINTS ALL IMMEDIATE;
    DELETE FROM appointments_slotrequest WHERE invitation_id IS NULL;
    UPDATE appointments_slotrequest later SET settled_at = later.created_at, outcome = 'Réunie à une autre demande'
      FROM appointments_slotrequest first
     WHERE later.settled_at IS NULL AND first.settled_at IS NULL AND first.person_id = later.person_id
       AND first.id < later.id;
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0021_closed_everywhere")]

    operations = [
        migrations.AlterField(
            "invitation", "act",
            models.CharField("acte", choices=ACTS, default="invitation", max_length=12),
        ),
        migrations.AlterField(
            "invitationbatch", "act",
            models.CharField("acte", choices=ACTS, default="invitation", max_length=12),
        ),
        migrations.AddField(
            "slotrequest", "kind",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="slot_requests",
                to="appointments.kind", verbose_name="type",
            ),
        ),
        migrations.AlterField(
            "slotrequest", "invitation",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="slot_requests",
                to="appointments.invitation",
            ),
        ),
        migrations.RemoveConstraint("slotrequest", "one_open_request_a_person"),
        migrations.AddConstraint(
            "slotrequest",
            models.UniqueConstraint(
                condition=models.Q(settled_at=None), fields=["person", "kind"], name="one_open_request_a_kind"
            ),
        ),
        migrations.RunSQL(COPY_KINDS, WITHOUT_INVITATION),
        migrations.AlterField(
            "slotrequest", "kind",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="slot_requests",
                to="appointments.kind", verbose_name="type",
            ),
        ),
    ]  # fmt: skip
