"""What is kept of each batch beside its facts: where each dossier lies in the file, and what is wrong with it."""

from collections.abc import Sequence

from emploi.exchanges.caf.blocks import passages
from emploi.exchanges.caf.engine.telling import Teller
from emploi.exchanges.caf.models import ReceivedFile
from emploi.exchanges.caf.quality import counting
from emploi.exchanges.caf.reading.parsing import Parsed
from emploi.exchanges.caf.reading.spans import Spans
from emploi.pathway.beneficiaries.facts import HouseholdFacts


class Witness:
    """Follows one file; its notes are written in the transaction of each batch, so that nothing is noted twice."""

    def __init__(self, frame: ReceivedFile, spans: Spans, teller: Teller) -> None:
        self._spans, self._teller = spans, teller
        self._order = passages.order_of(frame)
        self._numbers: dict[str, int] = {}
        self._parsed: Sequence[Parsed] = ()
        self._place = counting.place()

    def read(self, parsed: Sequence[Parsed]) -> None:
        """Remembers the rank of each dossier of the batch about to be applied."""
        self._numbers = {dossier.facts.claim_number: dossier.number for dossier in parsed if dossier.facts}
        self._parsed = parsed
        self._teller.read(parsed)

    def keep_defects(self) -> None:
        """Keeps what is wrong in the dossiers of the batch, those refused included."""
        counting.keep(self._order.run_id, self._parsed, self._place)

    def before(self, dossiers: Sequence[HouseholdFacts]) -> None:
        """Looks at these dossiers before they are applied."""
        self._teller.before(dossiers)

    def applied(self, dossiers: Sequence[HouseholdFacts]) -> None:
        """Notes where these dossiers, just applied, lie in the file, and tells what changed in them."""
        places = {facts.claim_number: self._spans.numbered(self._numbers[facts.claim_number]) for facts in dossiers}
        passages.note(places, self._order)
        self._teller.after()
