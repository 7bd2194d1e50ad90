"""Addresses of « Envois »."""

from django.urls import path

from emploi.foundation.messaging.web import callbacks, printing_views, registered_views, reply_views, text_views, views

app_name = "messaging"
urlpatterns = [
    path("envois/", views.outbox, name="outbox"),
    path("envois/bloques/", views.day_faults, name="day_faults"),
    path("envois/<int:message_id>/", views.message, name="message"),
    path("envois/<int:message_id>/courrier.pdf", printing_views.preview, name="preview"),
    path("envois/<int:message_id>/<slug:transition>/", views.change, name="change"),
    path("courriers/", printing_views.letters, name="letters"),
    path("courriers/bloc/", printing_views.day_letters, name="day_letters"),
    path("courriers/recommandes/", registered_views.awaited, name="registered_list"),
    path("courriers/recommandes/<int:message_id>/", registered_views.registered, name="registered"),
    path("courriers/imprimer/", printing_views.print_selected, name="print"),
    path("envois/impressions/", printing_views.runs, name="runs"),
    path("envois/impressions/<int:run_id>/", printing_views.run, name="run"),
    path("envois/impressions/<int:run_id>/reprendre/", printing_views.restart, name="restart"),
    path("envois/impressions/<int:run_id>/postees/", printing_views.posted, name="posted"),
    path("envois/accuses/sms/", callbacks.receipts, name="receipts"),
    path("envois/reponses/sms/", callbacks.replies, name="replies"),
    path("envois/reponses/", reply_views.received, name="received"),
    path("reglages/textes/", text_views.texts, name="texts"),
    path("reglages/textes/<slug:app>/<slug:name>/<slug:channel>/", text_views.text, name="text"),
    path("reglages/textes/<slug:app>/<slug:name>/<slug:channel>/origine/", text_views.restore, name="text_restore"),
    path("reglages/textes/<slug:app>/<slug:name>/<slug:channel>/apercu/", text_views.letter, name="text_letter"),
    path("personnes/<int:person_id>/envois/", views.person_card, name="person_card"),
]
