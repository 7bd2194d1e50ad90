"""The gross figure beside the absences: appointments that did not take place because the person did not come."""

from emploi.oversight.steering.indicators.attendance import ROWS
from emploi.oversight.steering.indicators.base import Indicator

INDICATOR = Indicator(
    id="first_appointment_no_show_gross_rate",
    cohort=None,
    definition=(
        "Chiffre brut : absents, excusés et rendez-vous annulés par la personne sans nouvelle date, divisés par tous "
        "les rendez-vous fixés que le service a tenus de son côté. Sont mis à part les rendez-vous annulés par le "
        "service et ceux dont la présence n’est pas notée. Il dit combien de places réservées n’ont pas servi ; le "
        "taux d’absence non excusée, lui, ne compte que les absences sans excuse."
    ),
    scope="Premiers rendez-vous dont l’heure est passée",
    clock="aucun délai, le jour du rendez-vous",
    rows=ROWS,
)
