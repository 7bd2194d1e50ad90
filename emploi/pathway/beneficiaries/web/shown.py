"""What the screens of this app show, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.beneficiaries.actions import payer_says
from emploi.pathway.beneficiaries.enums import ReviewKind
from emploi.pathway.beneficiaries.models import Person, ReviewItem
from emploi.pathway.beneficiaries.rules.words import right_in_words

_ASKED = {
    ReviewKind.DUTIES_UNKNOWN: "La caisse ne dit pas si cette personne est soumise aux droits et devoirs. "
    "Tant que ce n’est pas réglé, aucun délai ne court.",
    ReviewKind.NAME_SIMILARITY: "Deux fiches se ressemblent. Comparez-les avant tout rendez-vous.",
    ReviewKind.NIR_CONFLICT: "Deux personnes différentes portent le même numéro de sécurité sociale.",
    ReviewKind.BIRTH_CONFLICT: "La caisse donne une autre date de naissance qu’auparavant pour le même numéro.",
    ReviewKind.TWO_HOUSEHOLDS: "Cette personne est dans deux dossiers ouverts en même temps.",
    ReviewKind.DISAPPEARED: "Son dossier n’est plus dans le fichier mensuel. L’entrée reste ouverte.",
    ReviewKind.IDENTITY_DIFFERS: "Un agent a corrigé la fiche, et la caisse dit encore autre chose. "
    "La fiche garde la valeur corrigée : laquelle est juste ?",
    ReviewKind.DEAD_IN_FILE: "Un décès est noté ici, et la caisse montre encore un droit ouvert. L’entrée reste close.",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that an agent corrected and the payer says otherwise."""

    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A point to check with its question and the household it is about."""

    item: ReviewItem
    question: str
    household: str
    asks_duties: bool
    compares: bool
    differences: tuple[Difference, ...] = ()

    @property
    def pair(self) -> tuple[Person, ...]:
        """The two records to compare, the older first."""
        other = self.item.other
        return (other, self.item.person) if other else ()


def shown_review(review: ReviewItem) -> ShownReview:
    """Return a point to check as the list shows it."""
    kind = ReviewKind(review.kind)
    household = review.household
    words = ""
    if household is not None:
        number = f"Dossier {household.claim_number}" if household.claim_number else "Dossier sans numéro"
        words = f"{number} : {right_in_words(household.state, household.motive)}"
        if household.disappeared_on:
            words += f", absent depuis le fichier du {date_num_fr(household.disappeared_on)}"
    return ShownReview(
        item=review,
        question=_ASKED[kind],
        household=words,
        asks_duties=kind == ReviewKind.DUTIES_UNKNOWN and household is not None,
        compares=kind in (ReviewKind.NAME_SIMILARITY, ReviewKind.NIR_CONFLICT) and review.other is not None,
        differences=_differences(review) if kind == ReviewKind.IDENTITY_DIFFERS else (),
    )


def _differences(review: ReviewItem) -> tuple[Difference, ...]:
    fields = {field.name: str(field.verbose_name) for field in Person._meta.concrete_fields}
    return tuple(
        Difference(fields[name].capitalize(), _words(getattr(review.person, name)), _words(said))
        for name, said in payer_says(review).items()
    )


def _words(value: object) -> str:
    return date_num_fr(value) if isinstance(value, date) else str(value or "rien")
