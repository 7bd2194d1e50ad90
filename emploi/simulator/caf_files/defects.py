"""The defects seen in real files (caf-flows.md §2.9), put in small numbers into a good one."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from emploi.simulator.life.dossier import Snapshot
from emploi.simulator.life.names import without_accents

RAREST, MOST_FREQUENT = 97, 7


class Defects:
    """Alters one dossier in so many, each kind in turn, and counts what it did."""

    def __init__(self, households: int) -> None:
        self.step = max(MOST_FREQUENT, min(RAREST, households // (len(KINDS) * 2)))
        self.waiting = deque(KINDS)
        self.done: Counter[str] = Counter()

    def __call__(self, rank: int, view: Snapshot, text: str) -> str:
        """The dossier, altered when its turn comes by the first kind that can: some need a couple or an accent."""
        if rank % self.step != MOST_FREQUENT - 1:
            return text
        for name, alter in tuple(self.waiting):
            altered = alter(text)
            if altered != text:
                self.done[name] += 1
                self.waiting.remove((name, alter))
                self.waiting.append((name, alter))
                return altered
        return text


def twice(text: str) -> str:
    """The same dossier twice in one file; the second one is the good one."""
    return re.sub(r"<MTTOTDRORSA>[^<]*<", "<MTTOTDRORSA>0000001.00<", text) + text


def same_person_twice(text: str) -> str:
    """The same person twice in one dossier."""
    found = re.search(r"<Personne>.*?</Personne>", text)
    return text[: found.end()] + found.group(0) + text[found.end() :] if found else text


def padded(text: str) -> str:
    """Trailing spaces in names and codes."""
    return re.sub(r"(<(?:NOM|PRENOM|SITFAM|FONORG)>[^<]*)<", r"\1  <", text)


def without_benefit(text: str) -> str:
    """No PrestationRSA block: the dossier is not valid."""
    return re.sub(r"<PrestationRSA>.*?</PrestationRSA>", "", text)


def without_accent(text: str) -> str:
    """Accents lost by a transcription."""
    return re.sub(r"(?<=<NOMNAI>)[^<]*", lambda found: without_accents(found.group(0)), text)


def other_name(text: str) -> str:
    """A last name that changes from one file to the next."""
    return re.sub(r"(<NOM>[^<]{1,20})[^<]*(</NOM>)", r"\1-ALIAS\2", text, count=1)


def birth_shifted(text: str) -> str:
    """A birth date some days off."""
    return re.sub(r"(?<=<DTNAI>)[^<]*", lambda found: _three_days_later(found.group(0)), text, count=1)


def without_nir(text: str) -> str:
    """A NIR that will only come later."""
    return re.sub(r"<NIR>[^<]*</NIR><TOPVALIEC>1</TOPVALIEC>", "", text, count=1)


def wrong_key(text: str) -> str:
    """A NIR whose key does not hold."""
    found = re.search(r"<NIR>[0-9AB]{13}(\d\d)<", text)
    if not found:
        return text
    start, end = found.span(1)
    return f"{text[:start]}{int(found.group(1)) % 97 + 1:02d}{text[end:]}"


def spouses_swapped(text: str) -> str:
    """Claimant and spouse exchange their roles."""
    if ">CJT<" not in text:
        return text
    aside = text.replace("RSA</NATPREST><ROLEPERS>DEM<", "RSA</NATPREST><ROLEPERS>~<")
    return aside.replace(">CJT<", ">DEM<").replace(">~<", ">CJT<")


def new_number(text: str) -> str:
    """A new request number that names the former one."""
    found = re.search(r"<NUMDEMRSA>(\d{8})(\d{3})<", text)
    if not found or "<NUMDEMRSAPRECE>" in text:
        return text
    number = f"{99_999_999 - int(found.group(1)):08d}{found.group(2)}"
    changed = text.replace(found.group(0), f"<NUMDEMRSA>{number}<")
    former = f"<NUMDEMRSAPRECE>{found.group(1)}{found.group(2)}</NUMDEMRSAPRECE></DossierCAF>"
    return changed.replace("</DossierCAF>", former, 1)


def elsewhere(text: str) -> str:
    """An address outside the Département."""
    return re.sub(
        r"<NUMCOM>[^<]*</NUMCOM><CODEPOS>[^<]*</CODEPOS><NOMCOM>[^<]*<",
        "<NUMCOM>75056</NUMCOM><CODEPOS>75000</CODEPOS><NOMCOM>PARIS<",
        text,
        count=1,
    )


def unknown_code(text: str) -> str:
    """A code that no published list holds."""
    return re.sub(r"(?<=<SITFAM>)[^<]*", "ZZZ", text)


def _three_days_later(day: str) -> str:
    return str(date.fromisoformat(day) + timedelta(days=3))


KINDS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = tuple(
    (alter.__name__, alter)
    for alter in (
        twice, same_person_twice, padded, without_benefit, without_accent, other_name, birth_shifted,
        without_nir, wrong_key, spouses_swapped, new_number, elsewhere, unknown_code,
    )
)  # fmt: skip
