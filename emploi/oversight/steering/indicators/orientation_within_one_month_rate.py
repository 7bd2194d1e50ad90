"""IND-04: share of the entrants oriented within one month."""

from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.indicators.base import Indicator
from emploi.oversight.steering.indicators.cohort import rate_of_orientations

INDICATOR = Indicator(
    id="orientation_within_one_month_rate",
    cohort=Cohort.ORIENTATION_MONTH,
    definition=(
        "Parmi les entrants d’un mois dont le délai est écoulé, part de ceux dont l’orientation est décidée "
        "au plus tard [[orientation_months]] après l’entrée, de date à date. Une orientation est "
        "décidée quand une personne nommée a daté et signé le parcours, l’organisme responsable et la voie. "
        "Les décisions « sur dossier » et « par défaut » comptent et figurent sur leur propre ligne. Le délai"
        " court à partir de J0, le jour où le Département a reçu le fichier qui montre l’entrée. Sortent du "
        "calcul : décès, départ, fin du droit ou des droits et devoirs avant l’échéance, dossier en double, "
        "droit annulé par la caisse. Avoir quitté le foyer est compté comme une fin du droit ; une demande "
        "refusée par la caisse, comme un droit annulé. Une personne revenue après l’échéance reste hors du calcul."
    ),
    scope="Entrants soumis aux droits et devoirs, hors stock repris au démarrage",
    clock="J0 = réception du fichier par le Département",
    rows=rate_of_orientations(),
    target_slug="orientation_target",
)
