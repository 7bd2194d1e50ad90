"""The fields a spreadsheet may bring: their French name, their example, and every title people give them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `slug` in our words, `label` in the template and on screen, `titles` it is recognised by."""

    slug: str
    label: str
    titles: tuple[str, ...]
    example: str = ""
    help: str = ""
    personal_number: bool = False


# The order is that of the template and of the export. Titles are compared by guessing.plain(): accents, case, plural,
# « n° » and small words do not count. Sources: rdv-insertion, Carnet de bord, WebRSA, IODAS, the CNAF contact file.
FIELDS = (
    Field("uuid", "Identifiant de la fiche", ("identifiant fiche", "identifiant emploi d'abord", "uuid"), "",
          "Rempli par l’export ; laissez vide pour une nouvelle personne."),
    Field("title", "Civilité", ("civilité", "qual", "qualité", "titre", "mme/m", "genre"), "Mme"),
    Field("last_name", "Nom", ("nom", "nom d'usage", "nom usuel", "nom marital", "nom de famille", "nom bénéficiaire",
          "nom allocataire", "last name", "nom de la personne"), "Martin"),
    Field("first_name", "Prénom", ("prénom", "prénom bénéficiaire", "prénom allocataire",
          "first name", "prénom usuel"), "Claire"),
    Field("full_name", "Nom et prénom ensemble", ("nom prénom", "nom et prénom", "nom - prénom", "prénom nom",
          "identité", "bénéficiaire", "allocataire", "nom complet"), "",
          "MARTIN Claire : le nom en capitales dit où il finit."),
    Field("birth_name", "Nom de naissance", ("nom de naissance", "nom naissance", "nomnai", "nom de jeune fille",
          "birth name", "nom patronymique"), "Dupont"),
    Field("birth_date", "Date de naissance", ("date de naissance", "date naissance", "né le", "née le", "né(e) le",
          "dtnai", "ddn", "naissance", "birth date", "date naiss"), "02/08/1978"),
    Field("sex", "Sexe", ("sexe",), "F"),
    Field("nir", "Numéro de sécurité sociale", ("nir", "numéro de sécurité sociale", "sécurité sociale",
          "numéro sécu", "n° ss", "numéro ss", "numéro insee"), "2 78 08 99 001 001 01", personal_number=True),
    Field("role", "Rôle", ("rôle", "rôle personne", "rolepers", "qualité bénéficiaire droit", "demandeur ou conjoint",
          "place dans le dossier", "type bénéficiaire", "rôle dans le foyer"), "Demandeur"),
    Field("subject", "Droits et devoirs", ("droits et devoirs", "droits devoirs", "toppersdrodevorsa",
          "soumis à droits et devoirs", "soumis droits et devoirs", "sdd"), "oui",
          "Oui ouvre l’entrée d’une personne nouvelle, au jour de réception du fichier."),
    Field("claim_number", "Numéro de demande RSA", ("numéro demande rsa", "numdemrsa", "numéro de dossier rsa",
          "numéro dossier rsa", "n° demande rsa", "demande rsa", "dossier rsa"), "00000070011"),
    Field("payer", "Caisse", ("caisse", "organisme", "organisme payeur", "caf ou msa", "régime"), "CAF"),
    Field("payer_number", "Numéro allocataire", ("numéro allocataire", "n° caf", "numéro caf", "matricule",
          "matricule caf", "n° msa", "numéro allocataire caf", "numéro caf/msa", "numéro allocataire caf/msa",
          "num allocataire", "n° alloc", "affiliation number", "numéro d'allocataire"), "0123456"),
    Field("claimed_on", "Date de la demande", ("date demande rsa", "date de la demande", "date demande", "dtdemrsa",
          "date de demande rsa"), "01/10/2026"),
    Field("duties_since_on", "Droits et devoirs depuis le", ("date début droits devoirs", "droits et devoirs depuis le",
          "date d'entrée droits et devoirs", "date début droits - devoirs", "date ouverture droits",
          "date d'ouverture des droits", "date début droits", "rights opening date", "date d'ouverture de droits"),
          "01/11/2026"),
    Field("phone", "Téléphone", ("téléphone", "numéro de téléphone", "numéro téléphone dossier", "tel", "mobile",
          "portable", "téléphone portable", "téléphone mobile", "numtel", "tél portable", "phone number"),
          "06 39 98 12 34"),
    Field("phone2", "Autre téléphone", ("téléphone 2", "numéro téléphone 2 dossier", "autre téléphone",
          "téléphone fixe", "fixe", "tél fixe", "téléphone domicile", "2e téléphone"), "04 65 71 12 34"),
    Field("email", "Courriel", ("courriel", "email", "e-mail", "mail", "adresse mail", "adresses mails",
          "adresse électronique", "adresse électronique dossier", "adresse e-mail", "mél", "adresse email"),
          "claire.martin@exemple.fr"),
    Field("email2", "Autre courriel", ("courriel 2", "email 2", "autre courriel", "autre email", "mail 2"), ""),
    Field("complement", "Complément d’adresse", ("complément d'adresse", "complément adresse", "compadre1", "compadre",
          "adresse complément", "bâtiment", "résidence"), "Bâtiment B"),
    Field("street", "Adresse", ("adresse", "numéro et rue", "rue", "voie", "adresse postale", "adre1", "adresse 1",
          "adresse ligne 1", "n° et voie", "street"), "12 rue des Lilas"),
    Field("street_number", "Numéro de la voie", ("numvoie", "numéro de voie", "n° voie", "numéro dans la voie"), ""),
    Field("postal_code", "Code postal", ("code postal", "cp", "codpos", "postal code", "code postal adresse"), "99000"),
    Field("city", "Ville", ("ville", "commune", "localité", "nom commune", "libellé commune", "city", "nomcom"),
          "Exempleville"),
    Field("place", "Code postal et ville ensemble", ("cp ville", "code postal ville", "cp/ville", "cp commune",
          "code postal et ville"), "", "99000 EXEMPLEVILLE"),
    Field("insee", "Code INSEE de la commune", ("code insee", "insee", "code commune", "numcom"), "99001"),
    Field("local_number", "Numéro de l’ancien logiciel", ("id iodas", "identifiant iodas", "code individu iodas",
          "iodas", "solis", "id solis", "numéro interne", "identifiant interne", "id interne", "id interne département",
          "identifiant si", "numéro si", "department internal id", "numéro du logiciel précédent", "id dossier"),
          "IOD-4512"),
    Field("france_travail_number", "Numéro France Travail", ("numéro france travail", "identifiant france travail",
          "id france travail", "identifiant pôle emploi", "numéro pôle emploi", "n° pe", "ide", "id ft", "numéro ft",
          "france travail id"), "4567890A"),
    Field("interpreter_language", "Langue pour l’interprète", ("langue", "interprète", "langue interprète",
          "langue parlée"), "arabe"),
    Field("under_guardianship", "Sous tutelle ou curatelle", ("tutelle", "curatelle", "sous tutelle",
          "mesure de protection"), "non"),
    Field("confidential_address", "Adresse confidentielle", ("adresse confidentielle", "adresse secrète"), "non"),
)  # fmt: skip
BY_SLUG = {field.slug: field for field in FIELDS}
# Convenient shapes of a file that are never offered in the template nor written by the export.
COMPOSITE = ("full_name", "place", "street_number")
PLAIN_FIELDS = tuple(field for field in FIELDS if field.slug not in COMPOSITE)


def label_of(slug: str) -> str:
    """The French name of a field, the slug itself for one we do not map."""
    return BY_SLUG[slug].label if slug in BY_SLUG else slug
