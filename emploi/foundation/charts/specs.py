"""The few charts the product needs, as Vega-Lite: each answers one question and draws its target."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# Drawn at the size they are shown at, for a label as large as the text beside: one for a phone, one for the rest.
WIDE, NARROW = 470, 250
HEIGHT, LOW = 220, 190
BAR_HEIGHT, LINE_HEIGHT = 30, 15
SMALL = 12
# Beyond, bars are too thin for their own figure: on a phone first.
MOST_FIGURES, MOST_NARROW_FIGURES = 15, 8
# Characters on one line of a long name (territories): nothing is cut.
WIDE_NAME, NARROW_NAME = 26, 13
# Pixels a letter may take, and those an axis of numbers takes already.
CHARACTER, AXIS_ROOM = 7.8, 34
# Under this share of the scale a bar is too low to hold its figure.
ROOM_FOR_TEXT = 0.14
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
    """One value of a chart; None is drawn as nothing and said as "pas encore connu" in the table.

    `short` is what the axis writes instead of the label, lines apart; a dash leaves the axis empty there.
    """

    label: str
    value: float | None
    href: str = ""
    series: str = ""
    said: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A named part of stacked bars and its tone."""

    name: str
    tone: str


def bar_with_target(
    points: Sequence[Point],
    *,
    title: str,
    unit: str = "%",
    target: float | None = None,
    maximum: float | None = 100,
    narrow: bool = False,
) -> Spec:
    """Vertical bars, one a label (months), with the target as a dashed line."""
    top = maximum or _top(points)
    bars = {
        "mark": {"type": "bar", "color": "accent", "cornerRadiusEnd": 2},
        "encoding": {"x": _labels("x", points, narrow), "y": _values("y", unit, top), **_link_and_words()},
    }
    figures = (
        _figures("y", points, top, narrow) if len(points) <= (MOST_NARROW_FIGURES if narrow else MOST_FIGURES) else []
    )
    layers = [bars, *figures, *_target_rule("y", target, unit, narrow)]
    return _chart(title, points, layers, height=LOW if narrow else HEIGHT, narrow=narrow)


def horizontal_bars(
    points: Sequence[Point],
    *,
    title: str,
    unit: str = "%",
    target: float | None = None,
    maximum: float | None = 100,
    narrow: bool = False,
) -> Spec:
    """Horizontal bars, one a label (territories, whose names are long), with the target as a dashed line."""
    top = maximum or _top(points)
    bars = {
        "mark": {"type": "bar", "color": "accent", "cornerRadiusEnd": 2, "height": {"band": 0.62}},
        "encoding": {"y": _labels("y", points, narrow), "x": _values("x", unit, top), **_link_and_words()},
    }
    lines = max((len(_name(point, narrow)) for point in points), default=1)
    height = max(BAR_HEIGHT, lines * LINE_HEIGHT + 8) * max(2, len(points))
    layers = [bars, *_figures("x", points, top, narrow), *_target_rule("x", target, unit, narrow)]
    taken = _room_for_names(points, narrow) - AXIS_ROOM
    return _chart(title, points, layers, height=height, narrow=narrow, taken=taken)


def line(
    points: Sequence[Point], *, title: str, unit: str = "", target: float | None = None, narrow: bool = False
) -> Spec:
    """A line through time with its points, one line a series."""
    several = len({point.series for point in points}) > 1
    colour = {"color": {"field": "series", "type": "nominal", "title": None}} if several else {}
    mark = {"type": "line", "point": {"size": 45}, **({} if several else {"color": "accent"})}
    encoding = {"x": _labels("x", points, narrow), "y": _values("y", unit, _top(points, target)), **colour}
    layers = [{"mark": mark, "encoding": encoding}, *_target_rule("y", target, unit, narrow)]
    return _chart(title, points, layers, height=LOW if narrow else HEIGHT, narrow=narrow)


def stacked_bars(
    points: Sequence[Point], *, title: str, series: Sequence[Series], unit: str = "", narrow: bool = False
) -> Spec:
    """Vertical bars made of parts, in the order and tones of `series`."""
    names = [part.name for part in series]
    colour = {
        "field": "series",
        "type": "nominal",
        "title": None,
        "scale": {"domain": names, "range": [TONES[part.tone] for part in series]},
        "legend": {"orient": "top", "columns": 1 if narrow else 2, "labelLimit": 260, "symbolSize": 120},
    }
    ranked = [{"rank": names.index(point.series)} for point in points]
    bars = {
        "mark": {"type": "bar"},
        "encoding": {
            "x": _labels("x", points, narrow),
            "y": {**_values("y", unit), "stack": "zero"},
            "color": colour,
            "order": {"field": "rank", "type": "quantitative"},
            **_link_and_words(),
        },
    }
    return _chart(title, points, [bars], height=LOW if narrow else HEIGHT, narrow=narrow, extra=ranked)


def _chart(
    title: str,
    points: Sequence[Point],
    layers: list[Spec],
    *,
    height: int,
    narrow: bool,
    extra: Sequence[Spec] = (),
    taken: int = 0,
) -> Spec:
    rows = [_row(point) for point in points]
    for row, more in zip(rows, extra, strict=False):
        row.update(more)
    whole = NARROW if narrow else WIDE
    return {
        "$schema": SCHEMA,
        # Said, not drawn: the page writes the title of a chart above it, once.
        "usermeta": {"title": title},
        "width": whole - taken,
        "height": height,
        # The reader's font may be a little wider than the one measured here.
        "padding": {"left": 4, "top": 4, "bottom": 4, "right": 12},
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


def _labels(axis: str, points: Sequence[Point], narrow: bool) -> Spec:
    # The whole list of labels: a month without a value keeps its place.
    written = {point.label: _name(point, narrow) for point in points}
    look = {
        "labelExpr": f"({json.dumps(written, ensure_ascii=False)})[datum.label]",
        "labelLimit": 0,
        "labelAngle": 0,
        "labelOverlap": False,
        "labelPadding": 6,
        "labelLineHeight": LINE_HEIGHT,
        "ticks": False,
        "domain": axis == "x",
    }
    if axis == "y":
        look["minExtent"] = _room_for_names(points, narrow)
    names = list(written)
    scale = {"domain": names, "paddingInner": 0.28, "paddingOuter": 0.14}
    return {"field": "label", "type": "nominal", "sort": None, "title": None, "axis": look, "scale": scale}


def _name(point: Point, narrow: bool) -> list[str]:
    """Return what the axis writes for a label, line by line."""
    if point.short:
        return [] if point.short == "-" else point.short.split("\n")
    return wrap(point.label, NARROW_NAME if narrow else WIDE_NAME, break_long_words=False) or [""]


def _room_for_names(points: Sequence[Point], narrow: bool) -> int:
    """Return the pixels the longest line needs, in a font wider than the one measured when drawing."""
    longest = max((len(part) for point in points for part in _name(point, narrow)), default=0)
    return max(AXIS_ROOM, round(longest * CHARACTER) + 12)


def _values(axis: str, unit: str, top: float | None = None) -> Spec:
    title = {"%": "en %", "jours": "en jours"}.get(unit, unit)
    look = {"tickCount": 4, "format": ",.0f", "ticks": False, "domain": False, "labelPadding": 6}
    scale = {"domainMin": 0, **({"domainMax": top} if top else {})}
    field = {"field": "value", "type": "quantitative", "title": title or None, "axis": look, "scale": scale}
    if axis == "y" and title:
        # Above the axis, read straight, rather than on its side.
        look |= {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -34, "titleY": -8}
    return field


def _link_and_words() -> Spec:
    return {"href": {"field": "href"}, "description": {"field": "said"}}


def _figures(axis: str, points: Sequence[Point], top: float, narrow: bool) -> list[Spec]:
    """Write each bar's own figure: inside it when there is room, beyond its end otherwise."""
    limit = top * ROOM_FOR_TEXT
    text = {"field": "value", "type": "quantitative", "format": ",.0f"}
    other = "x" if axis == "y" else "y"
    place = {other: _labels(other, points, narrow), axis: {"field": "value", "type": "quantitative"}, "text": text}
    inside: Spec = {"dy": 10} if axis == "y" else {"align": "right", "dx": -6}
    beyond: Spec = {"dy": -7} if axis == "y" else {"align": "left", "dx": 5}
    look = {"type": "text", "fontSize": SMALL, "aria": False}
    return [
        {
            "transform": [{"filter": f"datum.value != null && datum.value >= {limit}"}],
            "mark": {**look, **inside, "color": "#ffffff", "fontWeight": 600},
            "encoding": place,
        },
        {
            "transform": [{"filter": f"datum.value != null && datum.value < {limit}"}],
            "mark": {**look, **beyond},
            "encoding": place,
        },
    ]


def _target_rule(axis: str, target: float | None, unit: str, narrow: bool) -> list[Spec]:
    if target is None:
        return []
    words = f"objectif {target:g}\u00a0{unit}".strip().replace(".", ",")
    look = {"type": "text", "fontSize": SMALL, "fontWeight": 600, "color": TARGET_COLOUR, "align": "right"}
    if axis == "y":  # above the line, at its end: figures stand inside the bars
        place, text = {"x": {"value": NARROW if narrow else WIDE}, "y": {"datum": target}}, {**look, "dy": -8}
    else:
        place, text = {"y": {"value": 0}, "x": {"datum": target}}, {**look, "dy": -8}
    return [
        {
            "data": {"values": [{}]},
            "mark": {"type": "rule", "strokeDash": [6, 4], "size": 1.5, "color": TARGET_COLOUR},
            "encoding": {axis: {"datum": target}},
        },
        {"data": {"values": [{}]}, "mark": text, "encoding": {**place, "text": {"value": words}}},
    ]


def _top(points: Sequence[Point], target: float | None = None) -> float:
    """Return the end of a scale that has no natural one."""
    known = [point.value for point in points if point.value is not None]
    return max([*known, target or 0, 1]) * 1.1
