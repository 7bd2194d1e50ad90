"""The right and the droits et devoirs in plain French: what an agent says aloud to the person."""

from __future__ import annotations

_RIGHTS = {
    "0": "Demande de RSA en attente de décision",
    "1": "Demande de RSA refusée",
    "2": "RSA ouvert et versé",
    "3": "RSA ouvert, droit suspendu",
    "4": "RSA ouvert, versement suspendu",
    "5": "RSA terminé",
    "6": "RSA terminé",
    "Z": "Dossier saisi à la main, en attente du fichier de la caisse",
}
_MOTIVES = {
    ("4", "01"): "ressources trop élevées ce mois-ci",
    ("4", "05"): "montant trop faible pour être versé",
    ("4", "06"): "déclaration trimestrielle de ressources non reçue",
    ("4", "44"): "hospitalisation",
    ("4", "70"): "action non engagée",
    ("4", "CG"): "sanction appliquée",
    ("4", "CV"): "en attente d’une décision du Département",
    ("3", "GJ"): "suspension décidée par le Département",
    ("3", "GK"): "contrat d’insertion",
    ("3", "GL"): "action non engagée",
    ("5", "ECH"): "quatre mois sans versement",
    ("5", "MUT"): "départ vers une autre caisse",
    ("5", "PCG"): "décision du Département",
    ("5", "RFD"): "fin de droit",
    ("5", "RGD"): "dossiers regroupés",
}


def right_in_words(state: str, motive: str) -> str:
    """Return the state of the right as a short French sentence; an unknown code is shown as received."""
    sentence = _RIGHTS.get(state, f"État « {state} » transmis par la caisse")
    if not motive:
        return sentence
    return f"{sentence} : {_MOTIVES.get((state, motive), f'motif {motive}')}"


def duties_in_words(subject: bool | None) -> str:
    """Return whether the person is subject to rights and duties, in words."""
    if subject is None:
        return "Droits et devoirs : non précisé par la caisse, à vérifier"
    return "Soumis aux droits et devoirs" if subject else "Hors droits et devoirs"
