"""IND-03: number of orientations decided within one month."""

from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.indicators.base import Indicator
from emploi.oversight.steering.indicators.cohort import count_of_orientations

INDICATOR = Indicator(
    id="orientations_within_one_month",
    cohort=Cohort.ORIENTATION_MONTH,
    definition=(
        "Nombre d’entrants dont l’orientation est décidée au plus tard le même jour du mois suivant, que ce "
        "délai soit déjà écoulé ou non. Chaque entrée compte une fois, au mois de l’entrée. "
        "Une personne orientée dans le délai, puis sortie avant l’échéance, compte ici alors qu’elle sort du taux. "
        "Seuls les dossiers en double et les droits annulés par la caisse (demande refusée comprise) ne comptent pas."
    ),
    scope="Entrants soumis aux droits et devoirs, hors stock repris au démarrage",
    clock="J0 = réception du fichier par le Département",
    rows=count_of_orientations(),
)
