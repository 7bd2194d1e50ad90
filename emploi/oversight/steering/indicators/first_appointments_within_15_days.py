"""IND-01: number of first interviews held within the promised delay."""

from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.indicators.base import Indicator
from emploi.oversight.steering.indicators.cohort import count_of_first_interviews

INDICATOR = Indicator(
    id="first_appointments_within_15_days",
    cohort=Cohort.FIRST_INTERVIEW,
    definition=(
        "Nombre d’entrants reçus en premier entretien individuel au plus tard le dernier jour du délai, que "
        "ce délai soit déjà écoulé ou non. Chaque entrée compte une fois, au mois de l’entrée. "
        "Une personne reçue dans le délai, puis sortie avant l’échéance, compte ici alors qu’elle sort du taux. "
        "Seuls les dossiers en double et les droits annulés par la caisse (demande refusée comprise) ne comptent pas."
    ),
    scope="Entrants soumis aux droits et devoirs, hors stock repris au démarrage",
    clock="J0 = réception du fichier par le Département",
    rows=count_of_first_interviews(),
)
