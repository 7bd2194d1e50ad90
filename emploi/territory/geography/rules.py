"""Pure geography: names made comparable, distances over the earth."""

import math
import unicodedata

EARTH_RADIUS_KM = 6371.0088
# Said in full in official names, abbreviated by hand and in addresses.
ABBREVIATIONS = {"ST": "SAINT", "STE": "SAINTE"}


def sort_name(name: str) -> str:
    """The name without accents, hyphens or apostrophes, in capitals: « L'Échantillon » → « L ECHANTILLON »."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).upper().split())


def search_name(text: str) -> str:
    """What somebody typed, as the stored names are written: « st-vallier » → « SAINT VALLIER »."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in sort_name(text).split())


def great_circle_km(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> float:
    """Distance in kilometres between two positions in degrees, as the crow flies (haversine)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (from_lat, from_lon, to_lat, to_lon))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))
