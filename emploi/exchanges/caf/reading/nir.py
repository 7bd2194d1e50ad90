"""The NIR as files carry it: thirteen characters, with or without its key, sometimes with blanks."""

import re

LENGTH = 13
WITH_KEY = 15
# Sex, year, month (20 and more: unknown), département (2A, 2B: Corsica), commune, order.
_SHAPE = re.compile(r"[1-478]\d{4}(?:\d{2}|2[AB])\d{6}")
_CORSICA = {"2A": "19", "2B": "18"}
# Sex 3, 4, 7 and 8 mark a provisional number: it will change, so it proves nothing.
_DEFINITIVE = "12"


def nir_key(thirteen: str) -> int:
    """The control key of thirteen characters: 97 minus the remainder by 97, Corsica counting as 19 and 18."""
    place = thirteen[5:7]
    return 97 - int(thirteen[:5] + _CORSICA.get(place, place) + thirteen[7:]) % 97


def read_nir(text: str) -> tuple[str, bool]:
    """The thirteen characters (empty when they cannot be a NIR, or when their key denies them) and their certainty."""
    number = "".join(text.split()).upper()
    body, key = number[:LENGTH], number[LENGTH:]
    if len(number) not in (LENGTH, WITH_KEY) or not _SHAPE.fullmatch(body):
        return "", False
    # Some senders fill the two places of a key they do not know with zeros; 00 is never a key.
    if key and key != "00" and (not key.isdecimal() or int(key) != nir_key(body)):
        return "", False
    return body, body[0] in _DEFINITIVE
