"""The few charts the product needs, as Vega-Lite: each answers one question and draws its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 600
HEIGHT = 230
BAR_HEIGHT = 24
# Long names (territories) are cut in the chart only; the table beside says them whole.
LABEL_LIMIT = 190
# What each tone looks like; the order, the legend and the words say the same thing without colour.
TONES = {
    "success": "#1f7a4d",
    "warning": "#b4690e",
    "danger": "#b3261e",
    "info": "#7a8794",
    "neutral": "#c3cad1",
    "accent": "accent",
    "soft": "accent-line",
}
TARGET_COLOUR = "#3a3f45"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart; None is drawn as nothing and said as "pas encore connu" in the table."""

    label: str
    value: float | None
    href: str = ""
    series: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A named part of stacked bars and its tone."""

    name: str
    tone: str


def bar_with_target(
    points: Sequence[Point], *, title: str, unit: str = "%", target: float | None = None, maximum: float | None = 100
) -> Spec:
    """Vertical bars, one a label (months), with the target as a dashed line."""
    bars = {
        "mark": {"type": "bar", "color": "accent", "cornerRadiusEnd": 2},
        "encoding": {
            "x": _labels("x", points),
            "y": {**_values("y", unit), "scale": {"domainMin": 0, **({"domainMax": maximum} if maximum else {})}},
            **_link_and_words(),
        },
    }
    layers = [bars, _value_texts(points, unit)]
    return _chart(title, points, [*layers, *_target_rule("y", target, unit)], height=HEIGHT)


def horizontal_bars(
    points: Sequence[Point], *, title: str, unit: str = "%", target: float | None = None, maximum: float | None = 100
) -> Spec:
    """Horizontal bars, one a label (territories, whose names are long), with the target as a dashed line."""
    bars = {
        "mark": {"type": "bar", "color": "accent", "cornerRadiusEnd": 2, "height": {"band": 0.65}},
        "encoding": {
            "y": _labels("y", points),
            "x": {**_values("x", unit), "scale": {"domainMin": 0, **({"domainMax": maximum} if maximum else {})}},
            **_link_and_words(),
        },
    }
    height = max(BAR_HEIGHT * 2, BAR_HEIGHT * len(points))
    return _chart(title, points, [bars, *_target_rule("x", target, unit)], height=height)


def line(points: Sequence[Point], *, title: str, unit: str = "", target: float | None = None) -> Spec:
    """A line through time with its points, one line a series."""
    several = len({point.series for point in points}) > 1
    colour = {"color": {"field": "series", "type": "nominal", "title": None}} if several else {}
    mark = {"type": "line", "point": {"size": 45}, **({} if several else {"color": "accent"})}
    encoding = {"x": _labels("x", points), "y": {**_values("y", unit), "scale": {"domainMin": 0}}, **colour}
    return _chart(
        title, points, [{"mark": mark, "encoding": encoding}, *_target_rule("y", target, unit)], height=HEIGHT
    )


def stacked_bars(points: Sequence[Point], *, title: str, series: Sequence[Series], unit: str = "") -> Spec:
    """Vertical bars made of parts, in the order and tones of `series`."""
    names = [part.name for part in series]
    colour = {
        "field": "series",
        "type": "nominal",
        "title": None,
        "scale": {"domain": names, "range": [TONES[part.tone] for part in series]},
        "legend": {"orient": "top", "columns": 2, "labelLimit": 260},
    }
    ranked = [{"rank": names.index(point.series)} for point in points]
    bars = {
        "mark": {"type": "bar"},
        "encoding": {
            "x": _labels("x", points),
            "y": {**_values("y", unit), "stack": "zero"},
            "color": colour,
            "order": {"field": "rank", "type": "quantitative"},
            **_link_and_words(),
        },
    }
    return _chart(title, points, [bars], height=HEIGHT, extra=ranked)


def _chart(title: str, points: Sequence[Point], layers: list[Spec], *, height: int, extra: Sequence[Spec] = ()) -> Spec:
    rows = [_row(point) for point in points]
    for row, more in zip(rows, extra, strict=False):
        row.update(more)
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": height,
        # Room at the right for the target's words: the reader's font may be wider than the one measured here.
        "padding": {"left": 5, "top": 5, "bottom": 5, "right": 30},
        "title": {"text": title, "anchor": "start", "limit": WIDTH + 60},
        "data": {"values": rows},
        "layer": layers,
    }


def _row(point: Point) -> Spec:
    said = point.said or f"{point.label} : {point.value if point.value is not None else 'pas encore connu'}"
    return {
        "label": point.label,
        "value": point.value,
        "series": point.series,
        "href": point.href or None,
        "said": f"{said}{f' – {point.series}' if point.series and not point.said else ''}",
    }


def _labels(axis: str, points: Sequence[Point]) -> Spec:
    # The whole list of labels: a month without a value keeps its place.
    names = list(dict.fromkeys(point.label for point in points))
    look = {"labelLimit": LABEL_LIMIT, "ticks": False, "domain": False, "labelAngle": 0 if axis == "y" else -35}
    return {"field": "label", "type": "nominal", "sort": None, "title": None, "axis": look, "scale": {"domain": names}}


def _values(axis: str, unit: str) -> Spec:
    title = {"%": "en %", "jours": "en jours"}.get(unit, unit)
    return {
        "field": "value",
        "type": "quantitative",
        "title": title or None,
        "axis": {"tickCount": 5, "format": ",.0f"},
    }


def _link_and_words() -> Spec:
    return {"href": {"field": "href"}, "description": {"field": "said"}}


def _value_texts(points: Sequence[Point], unit: str) -> Spec:
    text = {"field": "value", "type": "quantitative", "format": ",.0f"}
    return {
        "transform": [{"filter": "datum.value != null"}],
        "mark": {"type": "text", "dy": -6, "fontSize": 11, "aria": False},
        "encoding": {"x": _labels("x", points), "y": _values("y", unit), "text": text},
    }


def _target_rule(axis: str, target: float | None, unit: str) -> list[Spec]:
    if target is None:
        return []
    words = f"objectif {target:g}\u00a0{unit}".strip().replace(".", ",")
    look = {"type": "text", "fontSize": 11, "fontWeight": "bold", "color": TARGET_COLOUR}
    if axis == "y":  # beyond the right edge, where no bar's own figure stands
        place, text = {"x": {"value": WIDTH}, "y": {"datum": target}}, {**look, "align": "left", "dx": 6}
    else:
        place, text = {"y": {"value": 0}, "x": {"datum": target}}, {**look, "align": "right", "dy": -6}
    return [
        {
            "data": {"values": [{}]},
            "mark": {"type": "rule", "strokeDash": [6, 4], "size": 2, "color": TARGET_COLOUR},
            "encoding": {axis: {"datum": target}},
        },
        {"data": {"values": [{}]}, "mark": text, "encoding": {**place, "text": {"value": words}}},
    ]
