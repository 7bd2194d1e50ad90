"""A line typed in the middle of a list and refused: asked again alone on a page, so that nothing typed is lost."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emploi.foundation.ui.free_text import KEEP


def ask_again(request: HttpRequest, form: forms.BaseForm, *, title: str, back: str) -> HttpResponse:
    """Show the refused form, whatever else was posted kept beside it."""
    ours = {"csrfmiddlewaretoken", *form.fields, *(f"{name}{KEEP}" for name in form.fields)}
    beside = [(name, value) for name, values in request.POST.lists() if name not in ours for value in values]
    context = {"form": form, "title": title, "back": back, "beside": beside}
    return render(request, "ui/page_ask_again.html", context, status=422)
