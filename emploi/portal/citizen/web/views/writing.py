"""How the person wants to hear from the service, said from any of her links."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.ui.forms import attempt
from emploi.pathway.appointments.queries import Link
from emploi.pathway.beneficiaries.actions import tell_wish
from emploi.portal.citizen.web.links import actor_of, with_link


class WritingForm(forms.Form):
    """Two simple questions; what she said before is not shown on a link."""

    means = forms.ChoiceField(
        label="Comment préférez-vous avoir de nos nouvelles ?",
        choices=[("", "Comme vous voulez"), ("sms", "Par SMS"), ("email", "Par e-mail"), ("letter", "Par courrier"),
                 ("call", "Par téléphone, de vive voix")],
        required=False, widget=forms.RadioSelect, error_messages={"invalid_choice": "Choisissez dans la liste."},
    )  # fmt: skip
    unread_sms = forms.BooleanField(label="Je ne lis pas les SMS", required=False)


@with_link
@require_http_methods(["GET", "HEAD", "POST"])
def writing(request: HttpRequest, link: Link) -> HttpResponse:
    """Say how one wants to be written to; the next messages follow it."""
    form = WritingForm(request.POST if request.method == "POST" else None, initial={"means": ""})
    if form.is_valid():
        said = {"means": form.cleaned_data["means"], "reads_sms": not form.cleaned_data["unread_sms"]}
        person_id, by, at = link.invitation.person_id, actor_of(link), clock.now()
        if attempt(form, lambda: tell_wish(person_id=person_id, by=by, at=at, **said)):
            messages.success(request, "C’est noté. Nos prochains messages en tiendront compte.")
            return redirect("citizen:link", token=link.invitation.token)
    status = 422 if form.errors else 200
    return render(request, "citizen/page_writing.html", {"link": link, "form": form}, status=status)
