"""IND-02: share of the entrants met by the end of the promised delay."""

from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.indicators.base import Indicator
from emploi.oversight.steering.indicators.cohort import rate_of_first_interviews

INDICATOR = Indicator(
    id="first_appointment_within_15_days_rate",
    cohort=Cohort.FIRST_INTERVIEW,
    definition=(
        "Parmi les entrants d’un mois dont le délai est écoulé, part de ceux qui ont été reçus en entretien "
        "individuel au plus tard le dernier jour du délai, ce jour compris. Le délai court à partir de J0, le"
        " jour où le Département a reçu le fichier qui montre l’entrée. Être reçu avant J0 compte comme le "
        "jour même. Un entretien à distance compte et figure sur sa propre ligne ; une séance collective ne "
        "compte pas. Restent dans le calcul : refus, absence excusée, rendez-vous annulé par le service, "
        "personnes déjà suivies par France Travail. Sortent du calcul : décès, départ, fin du droit ou des "
        "droits et devoirs avant l’échéance, dossier en double, droit annulé par la caisse. Avoir quitté le "
        "foyer est compté comme une fin du droit ; une demande refusée par la caisse, comme un droit annulé. "
        "Une personne revenue après l’échéance reste hors du calcul. À côté du taux, « proposé » compte les "
        "personnes qui ont eu, dans le délai, un premier entretien fixé, même annulé ensuite, ou une "
        "invitation ou une convocation à ce premier entretien ; une invitation retirée, ou à un autre "
        "rendez-vous comme une réunion collective, ne compte pas. Un taux est figé à la fin du deuxième "
        "mois qui suit le mois d’entrée."
    ),
    scope="Entrants soumis aux droits et devoirs, hors stock repris au démarrage",
    clock="J0 = réception du fichier par le Département",
    rows=rate_of_first_interviews(),
    target_slug="first_interview_target",
)
