"""Réglages, codes de la CAF: search, name, unknown codes first."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.exchanges.caf import codes, labels
from emploi.exchanges.caf.blocks import words
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.lists import FilterForm, listing
from emploi.territory.agents.roles import Permission

CODE_MAX = 20


class CodeFilters(FilterForm):
    """Words, one list, or only what nobody has named."""

    q = forms.CharField(label="Chercher un code ou un libellé", max_length=60)
    liste = forms.ChoiceField(label="Liste")

    def prepare(self) -> None:
        """The lists by their tag."""
        choices = [(tag, words.list_name(tag)) for tag in sorted(codes.lists(), key=words.list_name)]
        self.fields["liste"].choices = [("", "Toutes les listes"), *choices]


class LabelForm(forms.Form):
    """The words of one code."""

    label = forms.CharField(
        label="Libellé",
        required=False,
        max_length=labels.LABEL_MAX,
        help_text="Les mots affichés partout à la place du code. Laissez vide pour reprendre le libellé d’origine.",
        error_messages={"max_length": f"Ce libellé est trop long : {labels.LABEL_MAX} caractères au plus."},
    )


@requires(Permission.MANAGE_REFERENCE)
@require_safe
def code_list(request: HttpRequest) -> HttpResponse:
    """Every code of the payers with its words."""
    filters = CodeFilters(request.GET)
    found = labels.lines(str(filters.value("q") or ""), str(filters.value("liste") or ""))
    page = listing(request, found, filters=filters, sizes=(50, 100, 500))
    unnamed = sum(1 for line in found if line.is_unnamed)
    return render(request, "caf/page_codes.html", {"listing": page, "unnamed": unnamed})


@requires(Permission.MANAGE_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def code_label(request: HttpRequest) -> HttpResponse:
    """Names one code, and shows who named it before."""
    tag, code = request.GET.get("balise", ""), request.GET.get("code", "").strip()
    if tag not in codes.lists() or not code or len(code) > CODE_MAX:
        raise Http404("Ce code n’appartient à aucune liste.")
    form = _form(request, tag, code)
    if request.method == "POST" and form.is_valid():
        try:
            by, at = request.user.as_actor(), clock.now()
            labels.set_label(tag=tag, code=code, label=form.cleaned_data["label"], by=by, at=at)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"Code {code} : le libellé est enregistré.")
            return redirect("caf:codes")
    context = {
        "form": form,
        "tag": tag,
        "code": code,
        "list_name": words.list_name(tag),
        "shipped": codes.shipped(tag, code),
        "seen": labels.unknown_seen()[(tag, code)],
        "history": labels.history_of(tag, code),
    }
    return render(request, "caf/page_code.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, tag: str, code: str) -> LabelForm:
    if request.method == "POST":
        return LabelForm(request.POST)
    return LabelForm(initial={"label": labels.local().get((tag, code), "")})
