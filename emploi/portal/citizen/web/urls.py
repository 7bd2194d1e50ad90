from django.urls import path

from emploi.portal.citizen.web.views import choose, code, confirm, mine, reorientation, writing

app_name = "citizen"

urlpatterns = [
    path("code/", code.code, name="code"),
    path("i/<str:token>/", mine.link, name="link"),
    path("i/<str:token>/lieux/", choose.places, name="places"),
    path("i/<str:token>/jours/", choose.days, name="days"),
    path("i/<str:token>/heures/", choose.hours, name="hours"),
    path("i/<str:token>/confirmer/", confirm.confirm, name="confirm"),
    path("i/<str:token>/a-distance/", confirm.remote, name="remote"),
    path("i/<str:token>/besoins/", confirm.needs, name="needs"),
    path("i/<str:token>/nous-ecrire/", writing.writing, name="writing"),
    path("i/<str:token>/aucun-creneau/", confirm.none_suits, name="none_suits"),
    path("i/<str:token>/annuler/", mine.cancel, name="cancel"),
    path("i/<str:token>/imprimer/", mine.printed, name="printed"),
    path("i/<str:token>/autre-orientation/", reorientation.reorientation, name="reorientation"),
    path("i/<str:token>/autre-orientation/imprimer/", reorientation.printed, name="reorientation_printed"),
    path("i/<str:token>/rendez-vous.ics", mine.calendar, name="calendar"),
]
