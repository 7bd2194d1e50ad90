"""A file that cannot be read at all, and the sentence that says why and what to do."""

from typing import Self

from emploi.foundation.errors import DomainError

SENTENCES = {
    "empty": "Ce fichier est vide. Déposez le tableur rempli.",
    "password": "Ce classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis déposez-le.",
    "broken": "Ce classeur est abîmé ou incomplet : il ne s’ouvre pas. Demandez-le à nouveau, ou passez par un CSV.",
    "too_big": "Ce classeur est trop grand pour être ouvert. Enregistrez la feuille utile en CSV, ou coupez-la.",
    "bomb": "Ce classeur gonfle démesurément à l’ouverture. Par sécurité, il n’a pas été lu.",
    "macros": "Ce classeur contient des macros. Par sécurité, il n’est pas ouvert : enregistrez-le en .xlsx ou en CSV.",
    "xlsb": "Le format .xlsb n’est pas lu. Enregistrez le classeur en .xlsx, puis déposez-le.",
    "not_a_sheet": "Ce fichier n’est pas un tableur. Déposez un fichier .xlsx, .xls, .ods ou .csv.",
    "not_text": "Ce fichier n’est ni un tableur ni un texte. Déposez un fichier .xlsx, .xls, .ods ou .csv.",
    "web_page": "Ce fichier est une page web nommée comme un tableur. Ouvrez-le et enregistrez-le en .xlsx.",
    "lock_file": "C’est le fichier temporaire d’un classeur ouvert ailleurs (« ~$ »). Déposez le classeur lui-même.",
    "long_line": "Une ligne de ce fichier est démesurément longue : ce n’est pas un tableau.",
    "no_table": "Aucune ligne à reprendre : ce fichier n’a pas de ligne sous ses titres de colonnes.",
    "too_many": "Ce fichier a trop de lignes (500 000 au plus). Coupez-le en plusieurs fichiers.",
    "no_sheet": "Cette feuille n’existe plus dans le fichier. Choisissez-en une autre.",
}


class RefusedFile(DomainError):
    """A whole file refused, with one French sentence; `code` names the reason for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    @classmethod
    def because(cls, code: str) -> Self:
        """The refusal of a known kind."""
        return cls(code, SENTENCES[code])
