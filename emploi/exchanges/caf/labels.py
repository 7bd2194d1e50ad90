"""The Département's own wordings of the payers' codes: kept with their history, read at every use, nearly free."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from emploi.exchanges.caf import codes
from emploi.exchanges.caf.blocks import words
from emploi.exchanges.caf.events import CodeLabelChanged
from emploi.exchanges.caf.models import CodeLabel
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish

LABEL_MAX = 200
# The process that changes a label sees it at once, the others within this many seconds.
KEPT_SECONDS = 20.0
# Kept by the import beside its counters: « unknown_code TAG CODE » → dossiers.
_UNKNOWN_SEEN = """
    SELECT split_part(c.key, ' ', 2), substr(c.key, strpos(substr(c.key, 14), ' ') + 14), sum(c.value::bigint),
        max(r.reference_on)
    FROM intake_run r CROSS JOIN LATERAL jsonb_each_text(r.counters) c
    WHERE r.kind = 'caf' AND c.key LIKE 'unknown\\_code %%' AND r.status IN ('done', 'partial')
    GROUP BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Line:
    """One code on the screen: what it is called here, what the product calls it, where it was seen unknown."""

    tag: str
    code: str
    label: str
    shipped: str
    seen: int
    is_local: bool

    @property
    def list_name(self) -> str:
        """What the list is about."""
        return words.list_name(self.tag)

    @property
    def is_unnamed(self) -> bool:
        """Whether nobody has named it yet."""
        return not self.label


class _Kept:
    labels: Mapping[tuple[str, str], str] = {}
    until = 0.0


def local() -> Mapping[tuple[str, str], str]:
    """The wordings in force."""
    now = time.monotonic()
    if now >= _Kept.until:
        latest = CodeLabel.objects.order_by("tag", "code", "-pk").distinct("tag", "code")
        _Kept.labels = {(line.tag, line.code): line.label for line in latest if line.label}
        _Kept.until = now + KEPT_SECONDS
    return _Kept.labels


def forget() -> None:
    """Reads the wordings again at their next use."""
    _Kept.until = 0.0


@action
def set_label(*, tag: str, code: str, label: str, by: Actor, at: datetime) -> None:
    """Names a code; an empty label gives the shipped one back. The former wordings stay in the history."""
    if tag not in codes.lists():
        raise DomainError("Cette liste de codes n’existe pas.")
    wanted = " ".join(label.split())
    if len(wanted) > LABEL_MAX:
        raise DomainError(f"Ce libellé est trop long : {LABEL_MAX} caractères au plus.", field="label")
    if wanted == codes.shipped(tag, code):
        wanted = ""
    latest = CodeLabel.objects.filter(tag=tag, code=code).order_by("-pk").values_list("label", flat=True).first() or ""
    if wanted == latest:
        return
    CodeLabel.objects.create(tag=tag, code=code, label=wanted, by_label=by.label[:120], at=at)
    publish(CodeLabelChanged(tag=tag, code=code, label=wanted), by=by, at=at)
    transaction.on_commit(forget)


def lines(text: str = "", tag: str = "") -> list[Line]:
    """Every code, the unknown ones seen in files first with their count, then list by list."""
    seen = unknown_seen()
    named = local()
    known = {(t, code) for t, shipped in codes.lists().items() for code in shipped}
    wanted = text.casefold().strip()
    found = []
    for one_tag, code in {*known, *seen, *named}:
        shipped, own = codes.shipped(one_tag, code), named.get((one_tag, code), "")
        line = Line(one_tag, code, own or shipped, shipped, seen[(one_tag, code)], bool(own))
        if (not tag or one_tag == tag) and wanted in f"{one_tag} {code} {line.label} {shipped}".casefold():
            found.append(line)
    return sorted(found, key=lambda line: (not line.is_unnamed, -line.seen, line.tag, line.code))


def history_of(tag: str, code: str) -> list[CodeLabel]:
    """Who named a code, and when, the latest first."""
    return list(CodeLabel.objects.filter(tag=tag, code=code).order_by("-pk"))


def unknown_seen() -> Counter[tuple[str, str]]:
    """The codes the product does not ship, by how many dossiers of the files received carried them."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN_SEEN)
        return Counter({(tag, code): int(count) for tag, code, count, _ in cursor.fetchall()})
