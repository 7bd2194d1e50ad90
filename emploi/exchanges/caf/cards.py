"""What the files of the payers bring to the shared screens: their kinds, their original, their door."""

from datetime import datetime

from emploi.exchanges.caf import codes, contacts_inbound, inbound, labels, tasks
from emploi.exchanges.caf.flows import inbound as flows_inbound
from emploi.exchanges.caf.showing import shown
from emploi.foundation.actor import Actor
from emploi.foundation.intake import registry
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.permissions import IMPORT_FILES, open_originals_of
from emploi.foundation.ui import navigation
from emploi.foundation.ui.cards import Card, DayBlock, register_day
from emploi.foundation.ui.cards import register as register_card
from emploi.territory.agents.roles import Permission


def resume_caf(run: Run, *, by: Actor, at: datetime) -> None:
    """Asks the worker to take up a file of dossiers: to apply it once that is decided, to preview it until then."""
    task = tasks.apply if run.approved_at else tasks.preview
    task.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)


def resume_contacts(run: Run, *, by: Actor, at: datetime) -> None:
    """Asks the worker to take up a contact file; a line read twice changes nothing."""
    tasks.apply_contacts.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)


def resume_flow(run: Run, *, by: Actor, at: datetime) -> None:
    """Asks the worker to take up a file of debts or accounts from its beginning: it is kept whole or not at all."""
    tasks.apply_flow.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)


registry.register(
    registry.FileKind(
        slug=inbound.KIND,
        title="Fichier de dossiers CAF ou MSA",
        permission=IMPORT_FILES,
        noun="dossier",
        counters=(
            ("households_read", "dossier lu", "dossiers lus"),
            ("households_created", "dossier créé", "dossiers créés"),
            ("households_updated", "dossier modifié", "dossiers modifiés"),
            ("households_unchanged", "dossier inchangé", "dossiers inchangés"),
            ("households_older", "dossier déjà connu plus récent", "dossiers déjà connus plus récents"),
            ("households_refused", "dossier refusé", "dossiers refusés"),
            ("persons_created", "personne créée", "personnes créées"),
            ("entries_opened", "entrée dans le dispositif", "entrées dans le dispositif"),
            ("entries_reopened", "reprise d’une entrée", "reprises d’une entrée"),
            ("entries_closed", "sortie du dispositif", "sorties du dispositif"),
            ("to_review", "point à vérifier", "points à vérifier"),
        ),
        replay=inbound.replay_dossier,
        resume=resume_caf,
        shown=shown,
        original_needs=(Permission.SEE_HEALTH,),
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
            ("rows_read", "ligne lue", "lignes lues"),
            ("rows_matched", "ligne rattachée", "lignes rattachées"),
            ("contacts_added", "coordonnée ajoutée", "coordonnées ajoutées"),
            ("rows_unchanged", "ligne sans changement", "lignes sans changement"),
            ("rows_refused", "ligne refusée", "lignes refusées"),
        ),
        replay=contacts_inbound.replay_line,
        resume=resume_contacts,
        shown=shown,
    )
)
registry.register(
    registry.FileKind(
        slug=flows_inbound.KIND,
        title="Fichier de créances ou financier",
        permission=IMPORT_FILES,
        noun="dossier",
        counters=(
            ("rows_read", "dossier lu", "dossiers lus"),
            ("rows_kept", "dossier gardé", "dossiers gardés"),
            ("rows_without_dossier", "dossier encore inconnu", "dossiers encore inconnus"),
            ("rows_unchanged", "dossier déjà gardé", "dossiers déjà gardés"),
            ("rows_refused", "dossier refusé", "dossiers refusés"),
        ),
        replay=flows_inbound.replay,
        resume=resume_flow,
        shown=shown,
        original_needs=(Permission.SEE_HEALTH,),
    )
)
open_originals_of(flows_inbound.KIND)
open_originals_of(inbound.KIND)
open_originals_of(contacts_inbound.KIND)
register_card(Card("donnees-caf", "Données CAF", Permission.SEE_PAYER_DATA, "caf:payer_data", 95, "files"))
navigation.register(
    navigation.NavItem("Codes CAF", "list", "caf:codes", Permission.MANAGE_REFERENCE, 96, group="Réglages")
)
codes.use_local(labels.local)
register_day(
    DayBlock("fichiers-caisse", "Fichiers de la caisse", Permission.IMPORT_FILES, "caf:day_files", 70, "files")
)
