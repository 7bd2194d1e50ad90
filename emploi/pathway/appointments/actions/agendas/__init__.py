"""What changes an agenda as a whole: a colleague's day replaced."""

from emploi.pathway.appointments.actions.agendas.replacing import Choice, Replaced, hand_over, replace_appointments

__all__ = ["Choice", "Replaced", "hand_over", "replace_appointments"]
