"""What the rules may look at: answers of the diagnosis, brakes and a short list of facts of the entry; nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from emploi.pathway.orientation.rules.brakes import BrakeState, Nomenclature
from emploi.pathway.orientation.rules.questionnaire import Questionnaire

# RG-60, loi 2008-496: no discriminating criterion in a proposal; legal.md §5.5 adds lone parenthood and income level.
# A fact whose name holds one of these words is refused when the rules are loaded, whatever table it would come from.
FORBIDDEN_WORDS: Mapping[str, str] = {
    "sex": "le sexe",
    "sexe": "le sexe",
    "gender": "le genre",
    "genre": "le genre",
    "title": "la civilité",
    "civilite": "la civilité",
    "pregnancy": "la grossesse",
    "grossesse": "la grossesse",
    "nationality": "la nationalité",
    "nationalite": "la nationalité",
    "origin": "l'origine",
    "origine": "l'origine",
    "birthplace": "le lieu de naissance",
    "name": "le nom",
    "nom": "le nom",
    "religion": "la religion",
    "age": "l'âge",
    "birth": "l'âge",
    "naissance": "l'âge",
    "single": "le fait d'être parent seul",
    "parent": "le fait d'être parent seul",
    "monoparental": "le fait d'être parent seul",
    "isole": "le fait d'être parent seul",
    "majore": "le fait d'être parent seul",
    "dependants": "le nombre d'enfants",
    "children": "le nombre d'enfants",
    "marital": "la situation de couple",
    "couple": "la situation de couple",
    "spouse": "la situation du conjoint",
    "conjoint": "la situation du conjoint",
    "income": "le niveau de revenu",
    "revenu": "le niveau de revenu",
    "resources": "le niveau de revenu",
    "ressources": "le niveau de revenu",
    "amount": "le montant du RSA",
    "montant": "le montant du RSA",
    "commune": "le lieu d'habitation",
    "address": "le lieu d'habitation",
    "adresse": "le lieu d'habitation",
    "quartier": "le lieu d'habitation",
}

ENTRY_FACTS: Mapping[str, str] = {
    "entry.france_travail_followed": "Déjà suivi par France Travail",
    # Said by France Travail with its day; unknown until it recommends something, and it never decides by itself.
    "entry.france_travail_path_professionnel": "France Travail recommande le parcours professionnel",
    "entry.france_travail_path_socio_professionnel": "France Travail recommande le parcours socio-professionnel",
    "entry.france_travail_path_social": "France Travail recommande le parcours social",
    "entry.known_by_social_worker": "Déjà suivi par un travailleur social du Département",
    "entry.is_return": "Déjà passé par le RSA",
    "entry.msa": "Dossier suivi par la MSA",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One known thing about the person: its value, in words, who said it and when."""

    slug: str
    label: str
    value: Any
    text: str
    source: str = ""
    source_on: date | None = None
    sensitive: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the fact as it is kept with a proposal (plain values only)."""
        return {
            "slug": self.slug,
            "label": self.label,
            "text": self.text,
            "source": self.source,
            "source_on": self.source_on.isoformat() if self.source_on else "",
            "sensitive": self.sensitive,
        }


@dataclass(frozen=True, slots=True)
class Known:
    """An answer as it was recorded: value, source in words, date of the source."""

    value: Any
    source: str = ""
    source_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules may read about one person on one day."""

    values: Mapping[str, Fact] = field(default_factory=dict)
    brakes: tuple[BrakeState, ...] = ()
    brakes_asked: bool = True


def forbidden_reason(slug: str) -> str:
    """Return what a fact's name would discriminate on, or an empty string when it may be used."""
    words = slug.lower().replace(".", "_").replace("-", "_").split("_")
    return next((FORBIDDEN_WORDS[word] for word in words if word in FORBIDDEN_WORDS), "")


def gather(
    questionnaire: Questionnaire,
    answers: Mapping[str, Known],
    brakes: Sequence[BrakeState],
    entry: Mapping[str, Known],
    *,
    brakes_asked: bool = True,
) -> Facts:
    """Assemble the facts of a person: unanswered questions and questions closed to the rules are left out."""
    values: dict[str, Fact] = {}
    for question in questionnaire:
        known = answers.get(question.slug)
        if not question.usable_in_rules or known is None or known.value in (None, "", []):
            continue
        slug = f"answer.{question.slug}"
        text = question.text_of(known.value)
        sensitive = question.is_sensitive(known.value)
        values[slug] = Fact(slug, question.fact_label, known.value, text, known.source, known.source_on, sensitive)
    for slug, label in ENTRY_FACTS.items():
        known = entry.get(slug)
        if known is not None and known.value is not None:
            text = "Oui" if known.value else "Non"
            values[slug] = Fact(slug, label, known.value, text, known.source, known.source_on)
    return Facts(values=values, brakes=tuple(brakes), brakes_asked=brakes_asked)


def brake_fact(brake: BrakeState, nomenclature: Nomenclature) -> Fact:
    """Return a brake as a fact that can be shown with the rule that used it."""
    label = nomenclature.label(brake.kind, brake.subtype)
    return Fact(
        slug=f"brake.{brake.kind}",
        label="Difficulté",
        value=brake.severity,
        text=label,
        source="dit pendant l'entretien",
        sensitive=nomenclature.is_sensitive(brake.kind),
    )
