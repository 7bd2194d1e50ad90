"""The shipped data of the orientation, read as plain data, without a database."""

from pathlib import Path
from typing import Any

import yaml

import emploi
from emploi.pathway.orientation.rules.brakes import BrakeState, Nomenclature, parse_brakes
from emploi.pathway.orientation.rules.facts import Facts, Known, gather
from emploi.pathway.orientation.rules.questionnaire import Questionnaire, parse_questionnaire
from emploi.pathway.orientation.rules.ruleset import Ruleset, parse_ruleset

PRODUCT = Path(emploi.__file__).parent
SHIPPED = PRODUCT / "pathway/orientation/data"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


QUESTIONS: Questionnaire = parse_questionnaire(read(SHIPPED / "questionnaire.yaml"))
BRAKES: Nomenclature = parse_brakes(read(SHIPPED / "brakes.yaml"))
RULE_FILES = {
    "national": SHIPPED / "modalities.yaml",
    **{path.parent.name: path for path in sorted((PRODUCT / "departments").glob("*/modalities.yaml"))},
}


def rules_of(name: str) -> Ruleset:
    return parse_ruleset(read(RULE_FILES[name]), QUESTIONS, BRAKES)


def facts(
    answers: dict[str, Any] | None = None,
    brakes: list[dict[str, Any]] | None = None,
    entry: dict[str, Any] | None = None,
) -> Facts:
    """What a person said, as the rules read it."""
    known = {slug: Known(value, "dit par la personne") for slug, value in (answers or {}).items()}
    states = [BrakeState(**{"severity": 1, **brake}) for brake in (brakes or [])]
    return gather(QUESTIONS, known, states, {slug: Known(value) for slug, value in (entry or {}).items()})
