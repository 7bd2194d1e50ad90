"""The right, the droits et devoirs and France Travail in plain French: what an agent says aloud to the person."""

from __future__ import annotations

from datetime import date

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
# MOTIREFURSA
_REFUSED = {
    "F02": "moins de 25 ans sans personne à charge",
    "F04": "titre de séjour non valide",
    "F09": "condition de résidence non remplie",
    "F85": "pas d’allocataire",
    "F97": "perçoit déjà l’AAH",
    "FDD": "travail indépendant qui n’ouvre pas droit",
    "DSD": "demande sans droit, pièces demandées",
    "FDB": "étudiant, rémunération insuffisante",
    "PCG": "décision du Département",
}
# MOTISUSDRORSA: D… for every benefit of the household, G… for the RSA alone.
_RIGHT_SUSPENDED = {
    "DA": "situation de famille à préciser",
    "DB": "ressources à préciser",
    "DC": "enquête administrative en cours",
    "DD": "enquête sociale en cours",
    "DE": "questionnaire de contrôle non rendu",
    "DF": "changement de caisse non signalé",
    "DG": "décès de Madame",
    "DH": "décès de Monsieur",
    "DI": "autre motif",
    "DJ": "paiement arrêté ou refait",
    "DK": "pas de réponse au contrôle de l’assurance chômage",
    "DL": "courrier non distribué",
    "DM": "résidence inconnue",
    "DN": "droits à la sécurité sociale à vérifier",
    "DO": "droits à l’assurance vieillesse à vérifier",
    "DP": "contrôle du soutien familial",
    "DQ": "élection de domicile non renouvelée",
    "DR": "identité à vérifier par la caisse",
    "GF": "situation de famille à préciser",
    "GR": "contrôle de l’activité et des ressources",
    "GA": "enquête administrative en cours",
    "GS": "enquête sociale en cours",
    "GC": "questionnaire de contrôle non rendu",
    "GI": "imprimé de changement de caisse non fourni",
    "GX": "autre motif",
    "GE": "forfait de travail indépendant non fourni",
    "GJ": "suspension décidée par le Département",
    "GK": "contrat d’insertion",
    "GL": "action non engagée",
}
# MOTISUSVERSRSA
_PAYMENT_SUSPENDED = {
    "01": "ressources trop élevées ce mois-ci",
    "02": "moins de 25 ans sans enfant ni personne à charge",
    "03": "activité non conforme",
    "04": "titre de séjour non valide",
    "05": "montant trop faible pour être versé",
    "06": "déclaration trimestrielle de ressources non reçue",
    "09": "condition de résidence non remplie",
    "19": "n’est pas parent isolé",
    "31": "prestation exclue",
    "34": "régime non conforme",
    "35": "demande de retraite absente ou tardive",
    "36": "titre de séjour absent",
    "44": "hospitalisation",
    "70": "action non engagée",
    "78": "logement hors des conditions, ou surface inconnue",
    "84": "droit éteint",
    "85": "pas d’allocataire",
    "97": "perçoit déjà l’AAH",
    "AB": "allocataire absent du foyer",
    "CV": "en attente d’une décision du Département",
    "CG": "sanction appliquée",
    "CZ": "activité antérieure insuffisante",
    "DA": "activité antérieure absente",
    "DB": "étudiant, rémunération insuffisante",
    "DC": "activité antérieure non conforme",
}
# MOTICLORSA
_CLOSED = {
    "PCG": "décision du Département",
    "ECH": "quatre mois sans versement",
    "EFF": "droit annulé par la caisse",
    "MUT": "départ vers une autre caisse",
    "RGD": "dossiers regroupés",
    "RFD": "fin de droit",
    "RAU": "radiation pour un autre motif",
    "RST": "choix d’une autre aide outre-mer (RSTA)",
    "RSO": "choix d’une autre aide outre-mer (RSO)",
}
MOTIVES = {"1": _REFUSED, "3": _RIGHT_SUSPENDED, "4": _PAYMENT_SUSPENDED, "5": _CLOSED, "6": _CLOSED}


def right_in_words(state: str, motive: str) -> str:
    """Return the state of the right as a short French sentence; a code no list knows is named as unknown."""
    sentence = _RIGHTS.get(state, f"État du droit : {unknown_code(state)}")
    if not motive:
        return sentence
    return f"{sentence} : {MOTIVES.get(state, {}).get(motive) or unknown_code(motive)}"


def unknown_code(code: str) -> str:
    """Return how a code that no list knows is shown."""
    return f"code {code} (inconnu)"


def duties_in_words(subject: bool | None) -> str:
    """Return whether the person is subject to rights and duties, in words."""
    if subject is None:
        return "Droits et devoirs : non précisé par la caisse, à vérifier"
    return "Soumis aux droits et devoirs" if subject else "Hors droits et devoirs"


def france_travail_in_words(followed: bool | None, since: date | None) -> str:
    """Return whether France Travail follows the person, in words."""
    if followed is None:
        return "inconnu"
    if not followed:
        return "non"
    return f"oui depuis le {since:%d/%m/%Y}" if since else "oui"
