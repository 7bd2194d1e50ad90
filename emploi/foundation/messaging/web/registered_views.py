"""Registered letters: the list of those whose receipt is awaited, and the page where it is noted."""

from __future__ import annotations

from functools import partial

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.messaging import permissions
from emploi.foundation.messaging.models import Registered
from emploi.foundation.messaging.paper.registered import GONE, Proof, follow_registered, registered_awaited
from emploi.foundation.messaging.web.forms import RegisteredForm
from emploi.foundation.messaging.web.presenters import file_of
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.htmx import safe_next
from emploi.foundation.ui.lists import listing


@requires(permissions.PRINT_LETTERS)
@require_safe
def awaited(request: HttpRequest) -> HttpResponse:
    """List the registered letters that left and whose receipt has not come back."""
    page = listing(request, permissions.registered_letters(request.user, registered_awaited()))
    people = sorted({letter.person_id for letter in page.rows if letter.person_id})
    names = permissions.names_for(request.user, people)
    rows = [(letter, names.get(letter.person_id or 0, ""), file_of(letter.person_id)) for letter in page.rows]
    context = {"listing": page, "rows": rows, "today": clock.today()}
    return render(request, "messaging/page_registered_list.html", context)


@requires(permissions.PRINT_LETTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def registered(request: HttpRequest, message_id: int) -> HttpResponse:
    """Note the number of a registered letter, its receipt or its return, with the paper that proves it."""
    letter = get_object_or_404(permissions.registered_letters(request.user), pk=message_id)
    known = Registered.objects.filter(message=letter).select_related("proof").first()
    form = RegisteredForm(request.POST or None, request.FILES or None, known=known)
    back = safe_next(request, "/courriers/recommandes/")
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        upload = values.pop("proof")
        proof = Proof(upload.name, upload) if upload else None
        call = partial(follow_registered, message_id=letter.pk, proof=proof, **values)
        if attempt(form, partial(call, by=request.user.as_actor(), at=clock.now())):
            notices.success(request, "C’est noté.")
            return redirect(back)
    names = permissions.names_for(request.user, [letter.person_id] if letter.person_id else [])
    context = {
        "letter": letter,
        "known": known,
        "form": form,
        "back": back,
        "gone": letter.status in GONE,
        "name": names.get(letter.person_id or 0, ""),
    }
    return render(request, "messaging/page_registered.html", context, status=422 if form.errors else 200)
