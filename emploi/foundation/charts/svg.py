"""Vega-Lite specifications turned into accessible SVG on the server; no script, nothing inline a strict CSP refuses."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import vl_convert
from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from lxml import etree

from emploi.foundation import department
from emploi.foundation.charts.specs import TARGET_COLOUR, Spec
from emploi.foundation.ui.colours import accent_palette

# vl-convert rewrites relative links: they travel as absolute ones under a name that cannot exist (RFC 6761).
PLACEHOLDER = "https://emploi.invalid"
VERSION = "2"
KEPT_IN_MEMORY = 256
DAY = 24 * 3600
INK = "#22272b"
GRID = "#dfe3e7"
FONT = "system-ui, 'Liberation Sans', Arial, sans-serif"
PALETTE_NAMES = ("accent", "accent-strong", "accent-soft", "accent-line")
SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"


def render_svg(spec: Spec, *, links: dict[str, str] | None = None, description: str = "") -> SafeString:
    """Return the SVG of a chart, its title read from the specification.

    `links` maps labels to addresses of this site, for charts whose points carry none. Cached by content: the same
    figures with the same accent colour are drawn once.
    """
    prepared = _absolute(spec, links or {})
    palette = accent_palette(department.identity().accent)
    payload = json.dumps(_coloured(prepared, palette), ensure_ascii=False, sort_keys=True)
    return mark_safe(_drawn(payload, _title(spec), description))  # noqa: S308 - serialised by lxml in _convert


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _drawn(payload: str, title: str, description: str) -> str:
    digest = hashlib.sha256(f"{VERSION}|{title}|{description}|{payload}".encode()).hexdigest()[:24]
    key = f"chart:{digest}"
    found = cache.get(key)
    if found is None:
        found = _convert(payload, title, description, digest[:8])
        cache.set(key, found, DAY)
    return str(found)


def _convert(payload: str, title: str, description: str, prefix: str) -> str:
    raw = vl_convert.vegalite_to_svg(payload, config=_theme(), format_locale="fr-FR", allowed_base_urls=[])
    root = etree.fromstring(raw.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    links = 0
    for element in root.iter():
        if element.tag == f"{SVG}a":
            links += 1
            _make_link(element)
        elif (parent := element.getparent()) is None or parent.tag != f"{SVG}a":
            _silence(element)
        _make_unique(element, prefix)
    _make_named(root, prefix, title, description, linked=links > 0)
    return etree.tostring(root, encoding="unicode")


def _make_link(link: etree._Element) -> None:
    """Lead back to this site, under the words of its bar."""
    href = link.get(XLINK_HREF, "").removeprefix(PLACEHOLDER)
    link.set(XLINK_HREF, href)
    link.set("href", href)
    for mark in link:
        if words := mark.get("aria-label"):
            link.set("aria-label", words)
        _silence(mark)


def _silence(element: etree._Element) -> None:
    """Drop what Vega says to screen readers, in English: the table beside says it all in French."""
    for name in [name for name in element.attrib if name == "role" or str(name).startswith("aria-")]:
        del element.attrib[name]


def _make_unique(element: etree._Element, prefix: str) -> None:
    """Two charts of one page must not share the ids of their clips and gradients."""
    for name, raw in element.attrib.items():
        value = str(raw)
        if name == "id":
            element.set("id", f"{prefix}-{value}")
        elif "url(#" in value:
            element.set(name, value.replace("url(#", f"url(#{prefix}-"))


def _make_named(root: etree._Element, prefix: str, title: str, description: str, *, linked: bool) -> None:
    """An image for screen readers; a group when its bars are links (an image may hold nothing to focus)."""
    _silence(root)
    root.set("class", "chart-svg")
    root.set("role", "group" if linked else "img")
    said = [("title", title), *([("desc", description)] if description else [])]
    root.set("aria-labelledby", " ".join(f"{prefix}-{tag}" for tag, _ in said))
    for position, (tag, words) in enumerate(said):
        element = etree.Element(f"{SVG}{tag}", id=f"{prefix}-{tag}")
        element.text = words
        root.insert(position, element)


def _absolute(spec: Spec, links: dict[str, str]) -> Spec:
    rows = [_with_link(row, links) for row in spec.get("data", {}).get("values", [])]
    return {**spec, "data": {**spec.get("data", {}), "values": rows}}


def _with_link(row: dict[str, Any], links: dict[str, str]) -> dict[str, Any]:
    href = row.get("href") or links.get(str(row.get("label", "")))
    if not href:
        return {key: value for key, value in row.items() if key != "href"}
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not href.startswith("/"):
        raise ValueError(f"A chart links to this site only: {href}")
    return {**row, "href": f"{PLACEHOLDER}{href}"}


def _coloured(value: Any, palette: dict[str, str]) -> Any:
    """Replace the names of the accent's shades by their colours, wherever a specification uses them."""
    if isinstance(value, dict):
        return {key: item if key == "values" else _coloured(item, palette) for key, item in value.items()}
    if isinstance(value, list):
        return [_coloured(item, palette) for item in value]
    return palette[value] if isinstance(value, str) and value in PALETTE_NAMES else value


def _title(spec: Spec) -> str:
    return str(spec.get("usermeta", {}).get("title", ""))


def _theme() -> dict[str, Any]:
    axis = {"labelColor": INK, "titleColor": INK, "gridColor": GRID, "labelFontSize": 13, "titleFontSize": 12}
    return {
        "font": FONT,
        "background": None,
        "view": {"stroke": None},
        "axis": {**axis, "titleFontWeight": "normal", "domainColor": TARGET_COLOUR, "tickColor": GRID},
        "legend": {"labelColor": INK, "labelFontSize": 13, "symbolType": "square"},
        "text": {"color": INK},
    }
