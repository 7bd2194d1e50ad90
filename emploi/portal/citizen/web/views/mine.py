"""What a link shows first: the invitation, "mon rendez-vous", or a kind explanation; cancel, print, calendar."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from emploi.foundation import clock, department
from emploi.foundation.documents import qr
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.french import phone_fr
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import Act
from emploi.pathway.appointments.queries import Link, LinkState
from emploi.pathway.orientation.queries import papers_to_remind
from emploi.portal.citizen.web.forms import CancelForm
from emploi.portal.citizen.web.links import actor_of, choosing, with_link
from emploi.portal.citizen.web.meeting import meeting_of
from emploi.portal.citizen.web.needs import said_back
from emploi.portal.citizen.web.views.reorientation import entry_to_reorient


@with_link
@require_safe
def link(request: HttpRequest, link: Link) -> HttpResponse:
    """The first page of a link."""
    context: dict[str, object] = {"link": link, "invitation": link.invitation, "kind": link.invitation.kind}
    person = link.invitation.person
    if link.state is LinkState.OPEN and not link.may_choose:
        context["is_invited"] = link.invitation.act != Act.CONVOCATION
        return render(request, "citizen/page_call.html", context)
    if link.state is LinkState.OPEN:
        context["was_asked"] = person.last_needs is not None
        return render(request, "citizen/page_invitation.html", context)
    if link.state is LinkState.BOOKED:
        context["may_change"] = link.may_choose and queries.may_still_change(link, at=clock.now())
        context["is_past"] = link.appointment is not None and link.appointment.ends_at <= clock.now()
        context["is_convened"] = link.is_convened
        context["meeting"] = meeting_of(link.appointment) if link.appointment else None
        context["needs"] = said_back(person)
        context["papers"] = papers_to_remind(person.pk)
        return render(request, "citizen/page_mine.html", context)
    context["may_reorient"] = entry_to_reorient(link) is not None
    return render(request, "citizen/page_closed.html", context)


@choosing
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, link: Link) -> HttpResponse:
    """Cancel one's own appointment; the same link then lets one choose another."""
    if link.appointment is None or link.state is not LinkState.BOOKED:
        return redirect("citizen:link", token=link.invitation.token)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.cancel(
                appointment_id=link.appointment.pk,
                reason=form.cleaned_data["reason"],
                by_us=False,
                by=actor_of(link),
                at=clock.now(),
            )
        except DomainError as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, "Votre rendez-vous est annulé.")
        return redirect("citizen:link", token=link.invitation.token)
    until = queries.expires_on(link.invitation.kind, clock.today())
    context = {"link": link, "form": form, "until": max(until, link.invitation.expires_on)}
    return render(request, "citizen/page_cancel.html", context)


@with_link
@require_safe
def printed(request: HttpRequest, link: Link) -> HttpResponse:
    """The paper twin of "mon rendez-vous", with a QR code to come back."""
    if link.appointment is None or link.state is not LinkState.BOOKED:
        return redirect("citizen:link", token=link.invitation.token)
    url = queries.public_url(link.invitation.token)
    code = mark_safe(qr.svg(url))  # noqa: S308 - drawn by us from an address of ours
    person = link.invitation.person
    context = {"link": link, "url": url, "qr": code, "meeting": meeting_of(link.appointment)}
    context |= {"needs": said_back(person), "papers": papers_to_remind(person.pk)}
    return render(request, "citizen/page_printed.html", context)


@with_link
@require_safe
def calendar(request: HttpRequest, link: Link) -> HttpResponse:
    """The appointment for the calendar of the telephone; neither name nor RSA in it."""
    if link.appointment is None or link.state is not LinkState.BOOKED:
        return redirect("citizen:link", token=link.invitation.token)
    identity, phone = department.identity(), link.appointment.place.reception.phone
    content = queries.ics_of(
        link.appointment,
        title=f"Rendez-vous {identity.short_name}",
        description=f"Pour changer ou annuler : {queries.public_url(link.invitation.token)} ou {phone_fr(phone)}",
        at=clock.now(),
    )
    disposition = 'attachment; filename="rendez-vous.ics"'
    return HttpResponse(
        content, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": disposition}
    )
