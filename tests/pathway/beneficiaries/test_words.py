"""What people read: names in French, codes in words."""

import pytest

from emploi.exchanges.caf import codes
from emploi.foundation.names import proper_first_name, proper_last_name
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.rules.words import MOTIVES, right_in_words

LISTS = {"1": "MOTIREFURSA", "3": "MOTISUSDRORSA", "4": "MOTISUSVERSRSA", "5": "MOTICLORSA", "6": "MOTICLORSA"}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("AÏSSYRANE", "Aïssyrane"),
        ("ÉLODIE", "Élodie"),
        ("DE LA TOUR", "de La Tour"),
        ("DE LA TOUR-ROUX", "de La Tour-Roux"),
        ("DU BOIS", "du Bois"),
        ("D'ALMEIDA", "d'Almeida"),
        ("D’ALMEIDA", "d’Almeida"),
        ("N'DIAYE", "N'Diaye"),
        ("M'BAREK", "M'Barek"),
        ("O'NEIL", "O'Neil"),
        ("L'HOSTIS", "L'Hostis"),
        ("LE GOFF", "Le Goff"),
        ("EL AMRANI", "El Amrani"),
        ("BEN ALI", "Ben Ali"),
        ("DA SILVA", "da Silva"),
        ("SAINT-EXUPERY", "Saint-Exupery"),
        ("MACDONALD", "Macdonald"),
        ("MacDonald", "MacDonald"),
        ("MCGREGOR", "McGregor"),
        ("MACHADO", "Machado"),
        ("DE", "De"),
        ("LY", "Ly"),
        ("VAN DER BERG", "Van der Berg"),
        ("  DUPONT   DURAND ", "Dupont Durand"),
        ("de Broglie", "de Broglie"),
        ("", ""),
    ],
)
def test_a_family_name_in_capitals_is_written_as_in_a_letter(sent: str, shown: str) -> None:
    assert proper_last_name(sent) == shown


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("JEAN-PIERRE", "Jean-Pierre"),
        ("MARIE FRANCE", "Marie France"),
        ("MARIE-DE-LOURDES", "Marie-de-Lourdes"),
        ("MARIA DA LUZ", "Maria da Luz"),
        ("DO", "Do"),
        ("DA THI", "Da Thi"),
        ("N'GOLO", "N'Golo"),
        ("Léa-maï", "Léa-maï"),
    ],
)
def test_a_first_name_too(sent: str, shown: str) -> None:
    assert proper_first_name(sent) == shown


def test_the_stored_name_stays_what_the_payer_sent() -> None:
    person = Person(first_name="JEAN-PIERRE", last_name="DE LA TOUR", birth_name="N'DIAYE")
    assert (person.full_name, person.list_name) == ("Jean-Pierre de La Tour", "de La Tour Jean-Pierre")
    assert (person.said_birth_name, person.last_name) == ("N'Diaye", "DE LA TOUR")


@pytest.mark.parametrize("state", LISTS)
def test_every_motive_of_the_payers_list_has_words(state: str) -> None:
    assert set(codes.lists()[LISTS[state]]) == set(MOTIVES[state])


def test_a_code_no_list_knows_says_so() -> None:
    assert right_in_words("5", "RAU") == "RSA terminé : radiation pour un autre motif"
    assert right_in_words("4", "ZZ") == "RSA ouvert, versement suspendu : code ZZ (inconnu)"
    assert right_in_words("8", "") == "État du droit : code 8 (inconnu)"
