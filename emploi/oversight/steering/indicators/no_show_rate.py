"""Absences without excuse: absent ÷ (present + absent)."""

from emploi.oversight.steering.indicators.attendance import ROWS
from emploi.oversight.steering.indicators.base import Indicator

INDICATOR = Indicator(
    id="first_appointment_no_show_rate",
    cohort=None,
    definition=(
        "Absents divisés par présents et absents. Les personnes excusées, les rendez-vous annulés et ceux dont la "
        "présence n’est pas notée n’entrent pas dans ce calcul : ils ont chacun leur colonne. Un rendez-vous déplacé "
        "compte une fois, à sa nouvelle date, au mois du rendez-vous et au territoire du lieu. Ce chiffre n’est pas "
        "figé : il suit les présences corrigées après coup."
    ),
    scope="Premiers rendez-vous dont l’heure est passée",
    clock="aucun délai, le jour du rendez-vous",
    rows=ROWS,
)
