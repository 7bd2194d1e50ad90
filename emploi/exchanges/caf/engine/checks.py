"""What is checked of a whole file before its dossiers: addressee, first load, sequence, counts."""

from datetime import date, timedelta

from django.db.models import Q

from emploi.exchanges.caf.engine.ledger import Ledger
from emploi.exchanges.caf.models import ReceivedFile
from emploi.exchanges.caf.reader import Survey
from emploi.exchanges.caf.reading.frame import Header, RefusedFile
from emploi.foundation import clock, department
from emploi.foundation.intake import workflow
from emploi.foundation.intake.models import Run
from emploi.foundation.ui.french import date_long_fr, month_fr
from emploi.pathway.beneficiaries.enums import RightStatus
from emploi.pathway.beneficiaries.models import Household

MONTHS_A_YEAR = 12
DAILY = "I"  # TYPEFLUX infra-mensuel


def expected_department() -> str:
    """IDEPARTE of our own files: the Département's code on three characters."""
    return department.identity().code.zfill(3)


def check_addressee(survey: Survey) -> None:
    """Refuses a file meant for another Département, or sent by an organism ours does not know."""
    ours = expected_department()
    if survey.departments:
        addressed = survey.departments.most_common(1)[0][0].zfill(3)
        if addressed != ours:
            raise RefusedFile(
                "other_department",
                f"Ce fichier est adressé au Département « {addressed} », pas au vôtre (« {ours} »). "
                "Rien n'a été enregistré.",
            )
    known = set(department.identity().caf_organisms)
    if survey.organisms and known:
        sender = survey.organisms.most_common(1)[0][0]
        if sender not in known:
            raise RefusedFile(
                "unknown_organism",
                f"Ce fichier vient de l'organisme « {sender[0]} {sender[1]} », que votre Département ne connaît pas. "
                "S'il est juste, faites ajouter cet organisme aux réglages du Département.",
            )


def warn_about_file(survey: Survey, ledger: Ledger, *, run: Run, today: date) -> None:
    """Warns of what is odd about a file without refusing it."""
    _warn_counts(survey, ledger)
    _warn_organisms(survey, ledger)
    if survey.header.flow_type not in ("M", "I"):
        ledger.warn(
            "unusual_flow", f"Cadence inhabituelle : TYPEFLUX « {survey.header.flow_type} », lu comme un mensuel."
        )
    if survey.header.reference_on > today:
        ledger.warn(
            "future_reference",
            f"La date de référence du fichier est dans le futur : {date_long_fr(survey.header.reference_on)}.",
        )
    _warn_sequence(survey.header, ledger, run=run)


def payer_of(survey: Survey) -> str:
    """CAF or MSA: who pays most of the dossiers of the file."""
    return survey.organisms.most_common(1)[0][0][0] if survey.organisms else ""


def senders(survey: Survey, reference_on: date) -> list[tuple[str, str]]:
    """The organisms whose whole file this is: a stray dossier of another one accuses none of its other dossiers.

    The one that pays most of the file, and any other that shows at least as many dossiers as the file would leave out.
    """
    found = []
    for rank, ((payer, organism), shown) in enumerate(survey.organisms.most_common()):
        expected = Household.objects.filter(payer=payer, payer_organism=organism, last_reference_on__lt=reference_on)
        missing = expected.exclude(state__in=[RightStatus.REFUSED, RightStatus.CLOSED, RightStatus.CLOSED_EARLIER])
        if rank == 0 or shown >= missing.count():
            found.append((payer, organism))
    return sorted(found)


def is_first_load(payer: str, run: Run) -> bool:
    """Whether a file of this payer is the stock: no whole (monthly) file was applied and no file named anybody yet.

    A first load that was killed half-way is still the first load when it is taken up again, by itself or by its twin.
    A household typed by hand and a daily file, which holds only what moved, do not end the stock.
    """
    same_payer = ReceivedFile.objects.filter(payer=payer)
    applied = same_payer.filter(run__status__in=workflow.APPLIED)
    # What was true before the stock was taken is part of it, however late its file is imported.
    stock = applied.filter(first_load=True, reference_on__gte=run.reference_on) if run.reference_on else applied.none()
    if stock.exists():
        return True
    if applied.exclude(flow_type=DAILY).exists():
        return False
    stopped = same_payer.filter(first_load=True).filter(Q(run__status=workflow.INTERRUPTED) | Q(run=run))
    named_by_a_file = Household.objects.filter(payer=payer, last_reference_on__isnull=False)
    return stopped.exists() or applied.exists() or not named_by_a_file.exists()


def received_on(asked: date | None, header: Header, today: date) -> date:
    """J0 of what the file shows: the day of its deposit, else the day it was created, never the future."""
    if asked and asked > today:
        raise RefusedFile("future_reception", "La date de réception est dans le futur.")
    return asked or min(header.created_on, today)


def _warn_counts(survey: Survey, ledger: Ledger) -> None:
    found, declared = len(survey.spans), survey.trailer.transmitted
    anomalies = survey.trailer.anomalies or 0
    if declared is None:
        ledger.warn(
            "trailer_missing", "Le fichier ne dit pas combien de dossiers il contient (TransmissionFlux absent)."
        )
    elif found not in (declared, declared - anomalies):
        message = f"Le fichier annonce {declared} dossiers et en contient {found}."
        ledger.warn("trailer_count", message, abs(declared - found))
    if not found:
        ledger.warn("no_dossier", "Le fichier ne contient aucun dossier.")


def _warn_organisms(survey: Survey, ledger: Ledger) -> None:
    known = set(department.identity().caf_organisms)
    for (fonorg, numorg), count in survey.organisms.items():
        if known and (fonorg, numorg) not in known:
            message = f"Organisme inconnu de votre Département : « {fonorg} {numorg} ». Les dossiers sont acceptés."
            ledger.warn("unknown_organism", message, count)


def _warn_sequence(header: Header, ledger: Ledger, *, run: Run) -> None:
    applied = ReceivedFile.objects.filter(run__status__in=workflow.APPLIED).exclude(run=run).select_related("run")
    same = applied.filter(run__sha256=run.sha256).first() if run.sha256 else None
    if same is not None:
        day = date_long_fr(same.run.created_at.astimezone(clock.ZONE).date())
        ledger.warn("same_file", f"Ce fichier a déjà été reçu le {day}.")
        return
    last = applied.filter(series=header.series).order_by("-reference_on", "-created_on").first()
    if last is None:
        return
    if header.reference_on < last.reference_on:
        day = date_long_fr(last.reference_on)
        message = f"Ce fichier est plus ancien que le dernier enregistré ({day}) : il complète l'historique."
        ledger.warn("sequence_backwards", message)
    elif header.reference_on == last.reference_on:
        ledger.warn(
            "sequence_repeat", f"Un autre fichier du {date_long_fr(header.reference_on)} a déjà été enregistré."
        )
    else:
        _warn_gap(header, last.reference_on, ledger)


def _warn_gap(header: Header, last: date, ledger: Ledger) -> None:
    if header.source == "monthly":
        missing = _month(header.reference_on) - _month(last) - 1
        words = f"entre {month_fr(last)} et {month_fr(header.reference_on)}"
        kind = "mensuel"
    else:
        missing = _working_days_between(last, header.reference_on)
        words = f"entre le {date_long_fr(last)} et le {date_long_fr(header.reference_on)}"
        kind = "quotidien"
    if missing > 0:
        plural = "s" if missing > 1 else ""
        ledger.warn("sequence_gap", f"Il manque {missing} fichier{plural} {kind}{plural} {words}.", missing)


def _month(day: date) -> int:
    return day.year * MONTHS_A_YEAR + day.month


def _working_days_between(first: date, last: date) -> int:
    days = ((first + timedelta(days=n)) for n in range(1, (last - first).days))
    return sum(1 for day in days if clock.is_working_day(day))
