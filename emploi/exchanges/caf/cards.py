"""What the files of the payers bring to the shared screens: their kinds, their original, their door."""

import re
from datetime import datetime
from typing import Any

from emploi.exchanges.caf import contacts_inbound, inbound, tasks
from emploi.foundation.actor import Actor
from emploi.foundation.intake import registry
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.permissions import IMPORT_FILES, open_originals_of

_NIR = re.compile(r"(<NIR>)[^<]*(</NIR>)|(<MATRICULE>)[^<]*(</MATRICULE>)|\b[1-478]\d{12}(?:\d{2})?\b")
_BETWEEN_TAGS = re.compile(r"><(?!/)")
HIDDEN = "•••"


def resume_caf(run: Run, *, by: Actor, at: datetime) -> None:
    """Asks the worker to take up a file of dossiers."""
    tasks.apply.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)


def resume_contacts(run: Run, *, by: Actor, at: datetime) -> None:
    """Asks the worker to take up a contact file; a line read twice changes nothing."""
    tasks.apply_contacts.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)


def shown(raw: bytes, agent: Any) -> str:
    """A refused line as an agent may read it: one tag a line, the NIR hidden from those who may not see it."""
    text = raw.decode("cp1252", "replace")
    if not agent.can("see_nir"):
        text = _NIR.sub(lambda found: f"{found[1] or found[3] or ''}{HIDDEN}{found[2] or found[4] or ''}", text)
    return _BETWEEN_TAGS.sub(">\n<", text) if "\n" not in text.strip() else text


registry.register(
    registry.FileKind(
        slug=inbound.KIND,
        title="Fichier de dossiers CAF ou MSA",
        permission=IMPORT_FILES,
        noun="dossier",
        counters=(
            ("households_read", "dossiers lus"),
            ("households_created", "dossiers créés"),
            ("households_updated", "dossiers modifiés"),
            ("households_unchanged", "dossiers inchangés"),
            ("households_older", "dossiers déjà connus plus récents"),
            ("households_refused", "dossiers refusés"),
            ("persons_created", "personnes créées"),
            ("entries_opened", "entrées dans le dispositif"),
            ("entries_reopened", "reprises d’une entrée"),
            ("entries_closed", "sorties du dispositif"),
            ("to_review", "points à vérifier"),
        ),
        replay=inbound.replay_dossier,
        resume=resume_caf,
        shown=shown,
        url_name="caf:run",
        list_url_name="caf:deposit",
    )
)
registry.register(
    registry.FileKind(
        slug=contacts_inbound.KIND,
        title="Fichier de contacts CAF",
        permission=IMPORT_FILES,
        noun="ligne",
        counters=(
            ("rows_read", "lignes lues"),
            ("rows_matched", "lignes rattachées"),
            ("contacts_added", "coordonnées ajoutées"),
            ("rows_unchanged", "lignes sans changement"),
            ("rows_refused", "lignes refusées"),
        ),
        replay=contacts_inbound.replay_line,
        resume=resume_contacts,
        shown=shown,
    )
)
open_originals_of(inbound.KIND)
open_originals_of(contacts_inbound.KIND)
