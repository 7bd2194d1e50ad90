"""The sentences of the journal about appointments and invitations."""

from datetime import date, datetime

from emploi.foundation.audit.presenters import presents
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.ui.french import date_long_fr, liste_fr, moment_year_fr, pluriel
from emploi.pathway.appointments import events
from emploi.pathway.appointments.enums import Act, BookedVia, CallOutcome, Modality, Weekday
from emploi.pathway.appointments.models import Kind

KIND_LABELS = {field.name: str(field.verbose_name) for field in (*Kind._meta.fields, *Kind._meta.many_to_many)}
LOST = {
    Channel.SMS: "Le numéro de portable ne marche plus",
    Channel.EMAIL: "L’adresse e-mail ne marche plus",
    Channel.LETTER: "Un courrier est revenu",
}


def _day(value: date | str) -> str:
    """A day, which comes back from the journal as text."""
    return date_long_fr(date.fromisoformat(value) if isinstance(value, str) else value)


def _moment(value: datetime | str) -> str:
    return moment_year_fr(datetime.fromisoformat(value) if isinstance(value, str) else value)


@presents(events.InvitationSent)
def invitation_sent(event: events.InvitationSent) -> str:
    """An invitation or a convocation left."""
    means = liste_fr([Channel(channel).label for channel in event.channels])
    return f"{Act(event.act).label} envoyée par {means}, valable jusqu’au {_day(event.expires_on)}."


@presents(events.InvitationOpened)
def invitation_opened(event: events.InvitationOpened) -> str:
    """The link was opened."""
    return "La personne a ouvert son lien de rendez-vous."


@presents(events.InvitationRevoked)
def invitation_revoked(event: events.InvitationRevoked) -> str:
    """A link was withdrawn."""
    return "Lien de rendez-vous retiré : il n’ouvre plus rien."


@presents(events.InvitationsStopped)
def invitations_stopped(event: events.InvitationsStopped) -> str:
    """Invitations suspended."""
    until = f" jusqu’au {_day(event.last_day)} inclus" if event.last_day else ""
    return f"Invitations et relances suspendues{until}."


@presents(events.InvitationsResumed)
def invitations_resumed(event: events.InvitationsResumed) -> str:
    """Invitations allowed again."""
    return "Invitations et relances de nouveau possibles."


@presents(events.AppointmentBooked)
def appointment_booked(event: events.AppointmentBooked) -> str:
    """An appointment was taken."""
    return f"Rendez-vous pris pour le {_moment(event.starts_at)} ({BookedVia(event.via).label.lower()})."


@presents(events.AppointmentMoved)
def appointment_moved(event: events.AppointmentMoved) -> str:
    """An appointment was moved."""
    return f"Rendez-vous du {_moment(event.from_starts_at)} déplacé au {_moment(event.starts_at)}."


@presents(events.AppointmentCancelled)
def appointment_cancelled(event: events.AppointmentCancelled) -> str:
    """An appointment was cancelled."""
    who = "de notre fait" if event.by_us else "à la demande de la personne"
    return f"Rendez-vous du {_moment(event.starts_at)} annulé {who}."


@presents(events.AppointmentKept)
def appointment_kept(event: events.AppointmentKept) -> str:
    """Somebody who left is still expected."""
    return f"Rendez-vous du {_moment(event.starts_at)} gardé malgré la sortie du dispositif."


@presents(events.AppointmentHeld)
def appointment_held(event: events.AppointmentHeld) -> str:
    """The person came."""
    return f"Présente au rendez-vous du {_day(event.held_on)} ({Modality(event.modality).label.lower()})."


@presents(events.AppointmentMissed)
def appointment_missed(event: events.AppointmentMissed) -> str:
    """The person did not come."""
    return f"Absence au rendez-vous du {_moment(event.starts_at)}."


@presents(events.AppointmentExcused)
def appointment_excused(event: events.AppointmentExcused) -> str:
    """The person said why she did not come."""
    return f"Absence excusée au rendez-vous du {_moment(event.starts_at)}."


@presents(events.AttendanceUndone)
def attendance_undone(event: events.AttendanceUndone) -> str:
    """A presence was corrected."""
    return "Présence corrigée : le rendez-vous est de nouveau à noter."


@presents(events.SlotRequested)
def slot_requested(event: events.SlotRequested) -> str:
    """No slot suited."""
    return "Aucun créneau ne convient : la personne demande à être rappelée."


@presents(events.SlotRequestSettled)
def slot_request_settled(event: events.SlotRequestSettled) -> str:
    """The request was answered."""
    return "Demande de créneau réglée."


@presents(events.ReminderCallMade)
def reminder_call_made(event: events.ReminderCallMade) -> str:
    """Somebody called the day before."""
    return f"Appel pour rappeler le rendez-vous : {CallOutcome(event.outcome).label.lower()}."


@presents(events.CallMade)
def call_made(event: events.CallMade) -> str:
    """Somebody called."""
    return f"Appel à la personne : {CallOutcome(event.outcome).label.lower()}."


@presents(events.CodeLocked)
def code_locked(event: events.CodeLocked) -> str:
    """Too many wrong years."""
    return f"Code de rendez-vous bloqué jusqu’au {_moment(event.until)} après trop d’essais."


@presents(events.OpeningCreated)
def opening_created(event: events.OpeningCreated) -> str:
    """An opening was added."""
    return f"Permanence ouverte : {pluriel(event.slots, 'créneau', 'créneaux')}."


@presents(events.OpeningChanged)
def opening_changed(event: events.OpeningChanged) -> str:
    """An opening was changed."""
    added = pluriel(event.slots_added, "créneau ajouté", "créneaux ajoutés")
    return f"Permanence modifiée : {added}, {pluriel(event.slots_removed, 'retiré', 'retirés')}."


@presents(events.OpeningEnded)
def opening_ended(event: events.OpeningEnded) -> str:
    """An opening was ended."""
    return f"Permanence arrêtée après le {_day(event.last_on)}."


@presents(events.DaysClosed)
def days_closed(event: events.DaysClosed) -> str:
    """Days were closed."""
    whole = " pour tout le Département" if event.everywhere else ""
    every = f", chaque {liste_fr([Weekday(day).label for day in event.weekdays])}" if event.weekdays else ""
    return f"Jours fermés{whole} du {_day(event.first_on)} au {_day(event.last_on)}{every}."


@presents(events.ClosureLifted)
def closure_lifted(event: events.ClosureLifted) -> str:
    """Days were opened again."""
    return "Jours de nouveau ouverts."


@presents(events.ContactLost)
def contact_lost(event: events.ContactLost) -> str:
    """A phone or an address failed."""
    return f"{LOST[Channel(event.channel)]} : à retrouver."


@presents(events.LostContactSettled)
def lost_contact_settled(event: events.LostContactSettled) -> str:
    """Somebody found the person again."""
    return f"{LOST[Channel(event.channel)]} : recherche terminée."


@presents(events.ModalityChanged)
def modality_changed(event: events.ModalityChanged) -> str:
    """How people will meet changed."""
    return f"Rendez-vous changé : {Modality(event.modality).label.lower()}."


@presents(events.ExternalCalendarGiven)
def external_calendar_given(event: events.ExternalCalendarGiven) -> str:
    """Another calendar is read."""
    return f"Agenda extérieur relié ({event.host})."


@presents(events.ExternalCalendarRemoved)
def external_calendar_removed(event: events.ExternalCalendarRemoved) -> str:
    """Another calendar is no longer read."""
    return "Agenda extérieur détaché."


@presents(events.AgendaFeedMade)
def agenda_feed_made(event: events.AgendaFeedMade) -> str:
    """A secret address was made."""
    return "Adresse d’agenda créée ; la précédente n’ouvre plus rien."


@presents(events.AgendaFeedRevoked)
def agenda_feed_revoked(event: events.AgendaFeedRevoked) -> str:
    """A secret address was closed."""
    return "Adresse d’agenda retirée."


@presents(events.KindCreated)
def kind_created(event: events.KindCreated) -> str:
    """A kind was added."""
    return f"Type de rendez-vous créé : {event.name}."


@presents(events.KindChanged)
def kind_changed(event: events.KindChanged) -> str:
    """A kind changed."""
    said = [
        f"{KIND_LABELS.get(name, name)} ({before or 'vide'} → {after or 'vide'})" if before or after
        else KIND_LABELS.get(name, name)
        for name, before, after in event.changes
    ]  # fmt: skip
    return f"Type de rendez-vous modifié : {event.name} : {', '.join(said)}."


@presents(events.KindStopped)
def kind_stopped(event: events.KindStopped) -> str:
    """A kind is no longer proposed."""
    return f"Type de rendez-vous retiré : {event.name} n’est plus proposé."


@presents(events.KindResumed)
def kind_resumed(event: events.KindResumed) -> str:
    """A kind is proposed again."""
    return f"Type de rendez-vous de nouveau proposé : {event.name}."


@presents(events.KindMoved)
def kind_moved(event: events.KindMoved) -> str:
    """A kind has another place."""
    return f"Type de rendez-vous mis au rang {event.position} : {event.name}."


@presents(events.ConvocationProofMade)
def convocation_proof_made(event: events.ConvocationProofMade) -> str:
    """The proof of a convocation was drawn up."""
    return "Dossier de preuve d’une convocation établi."
