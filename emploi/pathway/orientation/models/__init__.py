"""Interview and steps, diagnosis, proposals and decisions."""

from emploi.pathway.orientation.models.batch import BatchedEntry, OrientationBatch
from emploi.pathway.orientation.models.capacity import Lot
from emploi.pathway.orientation.models.decision import Decision, EngagementContract, Modality, Proposal
from emploi.pathway.orientation.models.diagnosis import Answer, Brake
from emploi.pathway.orientation.models.former import FormerContract
from emploi.pathway.orientation.models.heard import BroughtPaper, TradeName, TradeWish
from emploi.pathway.orientation.models.interview import Interview, Step
from emploi.pathway.orientation.models.publics import PublicBody, SpecificPublic
from emploi.pathway.orientation.models.recommendation import FollowUp, Recommendation
from emploi.pathway.orientation.models.referents import FormerReferent
from emploi.pathway.orientation.models.reorientation import Reorientation
from emploi.pathway.orientation.models.rights import RightsText
from emploi.pathway.orientation.models.rulesets import RulesetVersion, SimulatedEntry, Simulation
from emploi.pathway.orientation.models.transmission import DepartureReason, SentDecision, Transmission

__all__ = [
    "Answer",
    "BatchedEntry",
    "Brake",
    "BroughtPaper",
    "Decision",
    "DepartureReason",
    "EngagementContract",
    "FollowUp",
    "FormerContract",
    "FormerReferent",
    "Interview",
    "Lot",
    "Modality",
    "OrientationBatch",
    "Proposal",
    "PublicBody",
    "Recommendation",
    "Reorientation",
    "RightsText",
    "RulesetVersion",
    "SentDecision",
    "SimulatedEntry",
    "Simulation",
    "SpecificPublic",
    "Step",
    "TradeName",
    "TradeWish",
    "Transmission",
]
