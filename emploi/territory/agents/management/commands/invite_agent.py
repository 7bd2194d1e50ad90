"""emploi invite_agent: opens an account from the machine itself, the first administrator's above all."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.territory.agents.actions import RoleWanted, invite_agent
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization


class Command(BaseCommand):
    help = (
        "Crée un compte et donne le lien pour choisir le mot de passe. "
        "Sert à ouvrir le premier compte d'administrateur ; les suivants se créent à l'écran « Comptes »."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="adresse e-mail professionnelle")
        parser.add_argument("first_name", metavar="prénom")
        parser.add_argument("last_name", metavar="nom")
        parser.add_argument(
            "--role", choices=Role.values, default=Role.ADMINISTRATOR.value, help="administrator par défaut"
        )
        parser.add_argument("--organization", default="departement", help="identifiant de l'organisme")
        parser.add_argument("--json", action="store_true", help="un objet JSON sur la sortie standard, rien d'autre")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise RuntimeError(
                f"Organisme inconnu : « {options['organization']} ». Lancez « emploi load_organizations »."
            )
        try:
            agent, link = invite_agent(
                email=options["email"],
                first_name=options["first_name"],
                last_name=options["last_name"],
                role=RoleWanted(organization.pk, options["role"]),
                by=Actor.system("Ligne de commande"),
                at=clock.now(),
            )
        except DomainError as refusal:
            raise RuntimeError(refusal.message) from refusal
        if options["json"]:
            print(json.dumps({"status": "done", "agent_id": agent.pk, "link": link}, ensure_ascii=False))
            return
        print(f"Compte créé : {agent.full_name}, {Role(options['role']).label}.")
        print(f"Lien à remettre, valable une fois : {link}")
