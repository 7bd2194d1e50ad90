"""`emploi send_trial`: check that a provider really carries messages."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.messaging.actions import queue_message
from emploi.foundation.messaging.delivery import deliver
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import Message


class Command(BaseCommand):
    """Send one message of trial and say what became of it."""

    help = "Envoie un message d'essai (SMS ou e-mail) et dit ce qu'il est devenu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("channel", choices=[Channel.SMS.value, Channel.EMAIL.value], help="moyen d'envoi")
        parser.add_argument("to", help="numéro de mobile ou adresse e-mail")
        parser.add_argument("--word", default="", help="mot à reconnaître dans le message reçu")
        parser.add_argument("--json", action="store_true", help="répond par un objet JSON")

    def handle(self, **options: Any) -> None:
        """Queue, send, report."""
        by, at = Actor.system("Message d'essai"), clock.now()
        queued = queue_message(
            channel=options["channel"],
            to=options["to"],
            template="messaging/trial",
            context={"word": options["word"]},
            dedup_key=f"trial:{uuid4()}",
            about="Message d'essai",
            immediate=True,
            by=by,
            at=at,
        )
        if queued is None:
            raise CommandError("Le message d'essai n'a pas pu être créé.")
        deliver(now=clock.now)
        message = Message.objects.get(pk=queued.pk)
        if options["json"]:
            print(json.dumps({"id": message.pk, "status": message.status, "error": message.error}))
        else:
            print(
                f"{message.get_channel_display()} {message.recipient} : {message.get_status_display()}. {message.error}"
            )
        if message.error:
            raise SystemExit(2)
