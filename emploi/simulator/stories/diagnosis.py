"""What a person says in the first interview: answers to the shared questions, and the brakes (CAL-P07 to CAL-P11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from emploi.simulator.life.calibration import Promises
from emploi.simulator.life.draws import Draws, Wheel

NEAR, BETWEEN, FAR = "near", "between", "far"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Said:
    """The answers by question, and the brakes (kind, sub-type, severity, wants help)."""

    profile: str
    answers: dict[str, Any]
    brakes: tuple[tuple[str, str, int, bool], ...]


EDUCATION: Final = Wheel([("none", 0.18), ("brevet", 0.17), ("cap", 0.31), ("bac", 0.20), ("higher", 0.14)])
HOUSING: Final = Wheel([("own", 0.72), ("hosted", 0.17), ("temporary", 0.07), ("mobile", 0.03), ("none", 0.01)])
SUBTYPES: Final[dict[str, tuple[str, ...]]] = {
    "digital": ("equipment", "connection", "skills", "skills"),
    "health": ("physical", "psychic", "addiction", "disability", "care"),
    "mobility": ("licence", "vehicle", "transport", "cost"),
    "money": ("debts", "bank", "food"),
    "family": ("childcare", "relative", "separation"),
    "basics": ("reading", "language", "counting", "confidence"),
    "admin": ("papers",),
    "housing": ("",),
}
TRADES: Final = (
    "Aide à domicile", "Agent d’entretien", "Préparateur de commandes", "Cuisinier", "Maçon", "Cueilleur", "Vendeuse",
    "Soudeur", "Conducteur livreur", "Serveuse", "Maroquinier", "Aide-soignante", "Ouvrier agricole", "Secrétaire",
)  # fmt: skip


def say(draws: Draws, promises: Promises, *, self_employed: bool, france_travail: bool) -> Said:
    """Draws what a person says; three profiles share the entrants by thirds (CAL-P11)."""
    profile = promises.profiles.draw(draws)
    answers: dict[str, Any] = {
        "housing": HOUSING.draw(draws),
        "education": EDUCATION.draw(draws),
        "driving_licence": YES if draws.chance(0.62) else NO,
        "vehicle": draws.pick(("car", "car", "transport", "none")),
        "last_trade": draws.pick(TRADES),
        "france_travail": YES if france_travail or draws.chance(0.3) else NO,
        **_towards_work(draws, profile),
    }
    if self_employed:
        answers["status"] = ["self_employed"]
    return Said(profile, answers, _brakes(draws, promises, far=profile == FAR))


def _towards_work(draws: Draws, profile: str) -> dict[str, Any]:
    if profile == NEAR:
        return {
            "last_worked": draws.pick(("now", "under_1_year", "under_1_year", "from_1_to_2_years")),
            "first_wish": draws.pick(("job", "job", "job", "training")),
            "ready": draws.pick(("now", "now", "months")),
            "searching": draws.pick(("weekly", "weekly", "sometimes")),
            "health_work": NO,
            "trade": draws.pick(TRADES),
            "hours": draws.pick(("full", "full", "part")),
        }
    if profile == BETWEEN:
        return {
            "last_worked": draws.pick(("from_1_to_2_years", "from_2_to_5_years", "from_2_to_5_years", "over_5_years")),
            "first_wish": draws.pick(("step", "step", "try", "business", "unsure")),
            "ready": draws.pick(("months", "months", "now", "unsure")),
            "searching": draws.pick(("sometimes", "sometimes", "weekly", NO)),
            "health_work": draws.pick((NO, NO, NO, "partly")),
            "immersion": draws.pick((YES, YES, NO)),
            "supported_work": draws.pick((YES, NO)),
        }
    return {
        "last_worked": draws.pick(("from_2_to_5_years", "over_5_years", "over_5_years", "never")),
        "first_wish": draws.pick(("settle", "settle", "care", "unsure")),
        "ready": draws.pick(("later", "later", "unsure")),
        "searching": draws.pick((NO, NO, "sometimes")),
        "health_work": draws.pick((NO, "partly", YES)),
        "rqth": draws.pick((NO, NO, "asked", YES)),
        "social_worker": draws.pick((YES, YES, NO)),
        "childcare": draws.pick((NO, "solved", "unsolved")),
    }


def _brakes(draws: Draws, promises: Promises, *, far: bool) -> tuple[tuple[str, str, int, bool], ...]:
    """Independent draws (CAL-P09); they weigh more on people far from work."""
    found = []
    for kind, share in promises.brakes.items():
        if draws.chance(share):
            severity = draws.between(2, 3) if far and draws.chance(0.55) else draws.between(1, 2)
            found.append((kind, draws.pick(SUBTYPES[kind]), severity, draws.chance(0.7)))
    return tuple(found)
