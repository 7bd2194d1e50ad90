"""Make the Département's accent colour readable whatever was chosen (RGAA 3.2: contrast of text)."""

from __future__ import annotations

import re

Rgb = tuple[int, int, int]
DEFAULT_ACCENT = "#1d4f91"
WHITE: Rgb = (255, 255, 255)
# White text on the accent and accent text on white: the enhanced ratio, because half the readers squint.
READABLE = 6.0


def parse(colour: str) -> Rgb:
    """Read "#1d4f91"; anything else falls back on the default accent."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour or ""):
        colour = DEFAULT_ACCENT
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the WCAG contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def accent_palette(colour: str) -> dict[str, str]:
    """Return the accent and its shades: darkened until white text on it is readable."""
    accent = parse(colour)
    while contrast(accent, WHITE) < READABLE:
        accent = _mix(accent, (0, 0, 0), 0.06)
    return {
        "accent": _css(accent),
        "accent-strong": _css(_mix(accent, (0, 0, 0), 0.25)),
        "accent-soft": _css(_mix(accent, WHITE, 0.90)),
        "accent-line": _css(_mix(accent, WHITE, 0.62)),
    }


def _luminance(colour: Rgb) -> float:
    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(value) for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(colour: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a * (1 - share) + b * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _css(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
