"""What this app keeps: files and their frames, the place of each dossier, labels, defects, lines of other flows."""

from emploi.exchanges.caf.models.defects import Defect
from emploi.exchanges.caf.models.flows import FlowRecord
from emploi.exchanges.caf.models.labels import CodeLabel
from emploi.exchanges.caf.models.passages import DossierPassage
from emploi.exchanges.caf.models.received import ReceivedFile
from emploi.exchanges.caf.models.reductions import Reduction

__all__ = ["CodeLabel", "Defect", "DossierPassage", "FlowRecord", "ReceivedFile", "Reduction"]
