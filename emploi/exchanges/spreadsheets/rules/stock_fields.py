"""What a former tool says of the people already accompanied: its columns, and the words of its closed lists."""

from __future__ import annotations

from collections.abc import Sequence

from emploi.exchanges.spreadsheets.rules.fields import BY_SLUG, Field
from emploi.exchanges.spreadsheets.rules.guessing import guess_own

# Who the line is about; the people themselves come from the payer's files.
IDENTITY = ("uuid", "last_name", "first_name", "full_name", "birth_name", "birth_date", "nir", "role", "claim_number",
            "payer", "payer_number", "local_number")  # fmt: skip
# Sources: the Drôme's own steering sheet, IODAS and SOLIS exports, WebRSA (appointments.md §3).
OWN = (
    Field("pathway", "Voie ou parcours", ("voie", "voie d'orientation", "orientation", "décision orientation",
          "parcours", "type de parcours", "type d'orientation", "libellé orientation", "parcours légal"), "Social",
          "Le nom d’une voie du Département, ou le parcours légal."),
    Field("decided_on", "Date de l’orientation", ("date orientation", "date de l'orientation", "orienté le",
          "date début orientation", "date décision orientation", "date de décision", "date d'orientation"),
          "15/03/2023"),
    Field("body", "Organisme référent", ("organisme référent", "structure référente", "structure", "prestataire",
          "libellé prestataire orientation", "organisme responsable", "structure d'accompagnement",
          "organisme d'accompagnement", "service référent"), "Pôle insertion du Val"),
    Field("referent", "Référent", ("référent", "référent unique", "nom du référent", "conseiller",
          "conseiller référent", "travailleur social", "courriel du référent", "referent email"), "Inès Leroy",
          "Prénom et nom, ou courriel professionnel."),
    Field("contract_kind", "Type de contrat", ("type de contrat", "type contrat", "nature du contrat", "contrat"),
          "CER",
          "CER, PPAE ou contrat d’engagement."),
    Field("signed_on", "Contrat signé le", ("contrat signé le", "date contrat", "date de signature", "date signature",
          "date du contrat", "date début contrat", "signé le"), "15/04/2023"),
    Field("cer_signed_on", "CER signé le", ("date cer", "cer signé le", "date du cer", "date signature cer"), "",
          "À la place du type et de la date, quand la colonne ne parle que du CER."),
    Field("ends_on", "Fin du contrat", ("fin du contrat", "date fin contrat", "date de fin de contrat",
          "échéance contrat", "date fin cer", "fin de cer", "délai cer", "fin prévue du contrat",
          "date échéance cer"), "14/04/2024"),
    Field("appointment_on", "Prochain rendez-vous le", ("prochain rendez-vous", "prochain rdv", "date prochain rdv",
          "date du prochain rendez-vous", "prochain rendez-vous le", "1er rdv structure", "date rdv"), "10/12/2026"),
    Field("appointment_hour", "Heure du prochain rendez-vous", ("heure du rdv", "heure rdv", "heure du rendez-vous",
          "heure du prochain rendez-vous", "heure"), "14 h 30"),
    Field("appointment_place", "Lieu du prochain rendez-vous", ("lieu du rdv", "lieu rdv", "lieu du rendez-vous",
          "lieu du prochain rendez-vous"), "Maison du Val"),
)  # fmt: skip
FIELDS = (*(BY_SLUG[slug] for slug in IDENTITY), *OWN)
PLAIN_FIELDS = tuple(field for field in FIELDS if field.slug not in ("uuid", "full_name", "cer_signed_on"))

CONTRACTS = {
    **dict.fromkeys(("cer", "contrat d engagements reciproques", "contrat d engagement reciproque",
                     "contrat engagement reciproque", "contrat d insertion"), "cer"),
    **dict.fromkeys(("ppae", "projet personnalise d acces a l emploi"), "ppae"),
    **dict.fromkeys(("contrat d engagement", "contrat engagement", "ce", "engagement"), "engagement"),
}  # fmt: skip
PATHS = {
    **dict.fromkeys(("professionnel", "parcours professionnel", "emploi", "pro", "voie professionnelle"),
                    "professionnel"),
    **dict.fromkeys(("socio professionnel", "socioprofessionnel", "parcours socio professionnel", "socio pro",
                     "sociopro", "parcours socioprofessionnel"), "socio_professionnel"),
    **dict.fromkeys(("social", "parcours social", "voie sociale"), "social"),
}  # fmt: skip


def guess_stock(header: Sequence[str]) -> dict[str, int]:
    """The position of each field of a stock."""
    return guess_own(header, OWN, IDENTITY)
