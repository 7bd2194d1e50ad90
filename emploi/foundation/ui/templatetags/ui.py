"""Icons, form widgets and small helpers the components share."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from emploi.foundation.texts.guard import shown_to
from emploi.foundation.ui import definitions
from emploi.foundation.ui.countdown import shown_countdown
from emploi.foundation.ui.frame import Frame

register = template.Library()

CHECK_WIDGETS = (forms.CheckboxInput,)
GROUP_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """Draw an icon of the sprite: hidden from screen readers unless it carries a label."""
    href = f"{static('ui/icons.svg')}#{name}"
    classes = f"icon {extra}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, href)


@register.simple_tag(takes_context=True)
def frame(context: template.Context) -> Frame:
    """Return the frame of the page, for the layouts: {% frame as ui %}."""
    return Frame(context.get("request"))


@register.filter
def read_by(text: str | None, reader: Any) -> str:
    """Return a text written freely as this reader may see it: {{ appointment.note|read_by:request.user }}."""
    return shown_to(text or "", sees_health=reader.can("see_health"))


@register.filter
def widget_kind(field: BoundField) -> str:
    """Say how a field is laid out: check, group, hidden or control."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, GROUP_WIDGETS):
        return "group"
    return "check" if isinstance(widget, CHECK_WIDGETS) else "control"


@register.filter
def described_by(field: BoundField) -> str:
    """Return the ids of the help and the error of a field, for aria-describedby."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


@register.simple_tag
def ui_widget(field: BoundField, extra: str = "") -> SafeString:
    """Render the widget of a field with our classes, tied to its help and its error."""
    widget = field.field.widget
    attrs: dict[str, Any] = {"class": f"{_widget_class(widget)} {widget.attrs.get('class', '')} {extra}".strip()}
    if described := described_by(field):
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
        attrs["class"] += " is-invalid"
    rendered: SafeString = field.as_widget(attrs=attrs)
    return rendered


@register.simple_tag
def ui_choice(choice: Any, errors: Any = None) -> SafeString:
    """Render one radio button or checkbox of a group with our class."""
    data = choice.data
    data["attrs"] = {**data["attrs"], "class": "form-check-input" + (" is-invalid" if errors else "")}
    rendered: SafeString = choice.tag(wrap_label=False)
    return rendered


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """Count the errors of a form."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def notice_tone(tone: str) -> str:
    """Return the tone of a notice from ours or from the level of a Django message."""
    return {"error": "danger", "debug": "info"}.get(tone, tone or "info")


@register.filter
def notice_icon(tone: str) -> str:
    """Return the icon that says the tone without colour."""
    return {"success": "check-circle", "warning": "alert", "danger": "alert"}.get(notice_tone(tone), "info")


@register.filter
def input_id(subwidget: Any) -> str:
    """Return the id of one choice of a radio or checkbox group."""
    return str(subwidget.data["attrs"].get("id", ""))


@register.filter
def first_input_id(field: BoundField) -> str:
    """Return the id an error link must lead to: the field, or the first choice of a group."""
    if widget_kind(field) == "group":
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.filter
def definition(slug: str) -> definitions.Definition | None:
    """Return the definition of a word."""
    return definitions.get(slug)


@register.filter
def countdown(deadline: Any) -> Any:
    """Return a delay ready to be shown, from one of ours or from clocks.queries.Countdown."""
    return shown_countdown(deadline)


@register.filter
def can(user: Any, permission: str) -> bool:
    """Tell whether the signed-in agent holds a permission: {% if request.user|can:"export" %}."""
    return bool(user and user.is_authenticated and user.can(permission))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Return mapping[key], None when absent."""
    return mapping.get(key) if hasattr(mapping, "get") else None


def _widget_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.Select):
        return "form-select"
    if isinstance(widget, CHECK_WIDGETS):
        return "form-check-input"
    return "form-control"
