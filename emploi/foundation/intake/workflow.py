"""The life of one import, from the deposit of a file to its report."""

from emploi.foundation.workflow import Transition, Workflow

WAITING = "waiting"
RUNNING = "running"
PREVIEWED = "previewed"
DONE = "done"
PARTIAL = "partial"
REFUSED = "refused"
INTERRUPTED = "interrupted"
CANCELLED = "cancelled"

# States in which a file has been applied to its end.
APPLIED = (DONE, PARTIAL)

RUN = Workflow(
    title="Import d'un fichier",
    field="status",
    initial=WAITING,
    states={
        WAITING: "En attente",
        RUNNING: "En cours",
        PREVIEWED: "Aperçu prêt",
        DONE: "Terminé",
        PARTIAL: "Terminé, avec des lignes refusées",
        REFUSED: "Fichier refusé",
        INTERRUPTED: "Interrompu",
        CANCELLED: "Abandonné",
    },
    tones={
        WAITING: "neutral",
        RUNNING: "info",
        PREVIEWED: "info",
        DONE: "success",
        PARTIAL: "warning",
        REFUSED: "danger",
        INTERRUPTED: "warning",
        CANCELLED: "neutral",
    },
    transitions=(
        Transition("start", (WAITING, PREVIEWED, INTERRUPTED), RUNNING, "Lire le fichier"),
        Transition("queue", (PREVIEWED,), WAITING, "Enregistrer"),
        Transition("preview", (RUNNING,), PREVIEWED, "Proposer l'aperçu"),
        Transition("finish", (RUNNING,), DONE, "Terminer"),
        Transition("finish_with_refusals", (RUNNING,), PARTIAL, "Terminer avec des lignes refusées"),
        Transition("refuse", (WAITING, RUNNING), REFUSED, "Refuser le fichier"),
        Transition("interrupt", (RUNNING,), INTERRUPTED, "Constater l'interruption"),
        Transition("settle", (PARTIAL,), DONE, "Constater que plus aucune ligne n'est refusée"),
        Transition("cancel", (WAITING, PREVIEWED, INTERRUPTED), CANCELLED, "Abandonner", style="danger"),
    ),
)
