"""The field of every text an agent writes freely: a NIR refused, words of health warned about before it is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from emploi.foundation.texts.guard import keep_label, note_kept, refusal_of, speaks_of_health, warning_of

KEEP = "__garder"


class Typed(str):
    """A text as typed, and whether its writer ticked the box that keeps it."""

    __slots__ = ("keeps",)
    keeps: bool


class GuardedWidget(forms.Widget):
    """Adds, under a text that speaks of health, the box that keeps it as it is."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the text and the box together."""
        text = super().value_from_datadict(data, files, name)
        if text is None:
            return None
        typed = Typed(text)
        typed.keeps = bool(data.get(f"{name}{KEEP}"))
        return typed

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the widget, then the box when a text typed was warned about."""
        widget = super().render(name, value, attrs, renderer)
        if not isinstance(value, Typed) or not speaks_of_health(value):
            return widget
        box = format_html(
            '<span class="form-check mt-2"><input type="checkbox" class="form-check-input" name="{0}" id="id_{0}"{1}>'
            ' <label class="form-check-label" for="id_{0}">{2}</label></span>',
            f"{name}{KEEP}",
            SafeString(" checked") if value.keeps else "",
            keep_label(),
        )
        return format_html("{}{}", widget, box)


class GuardedInput(GuardedWidget, forms.TextInput):
    """One line."""


class GuardedTextarea(GuardedWidget, forms.Textarea):
    """Several lines."""


class FreeTextField(forms.CharField):
    """A text written freely; `rows` makes it a larger area, `may_say_health` leaves only the NIR refused."""

    def __init__(self, *, rows: int = 0, may_say_health: bool = False, **kwargs: Any) -> None:
        widget = GuardedTextarea(attrs={"rows": rows}) if rows else GuardedInput()
        super().__init__(**{"widget": widget, **kwargs})
        self.may_say_health = may_say_health

    def clean(self, value: Any) -> str:
        """Refuse a social security number; ask before a word of health is kept."""
        text: str = super().clean(value)
        if refusal := refusal_of(text):
            raise forms.ValidationError(refusal)
        warning = "" if self.may_say_health else warning_of(text)
        if warning and not getattr(value, "keeps", False):
            raise forms.ValidationError(warning)
        if warning:
            note_kept(str(self.label or ""))
        return text
