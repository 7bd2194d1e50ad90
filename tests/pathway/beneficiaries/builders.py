"""Facts for the tests: invented people, NIR impossible in reality (month 99)."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from emploi.pathway.beneficiaries.facts import AddressFacts, FileFacts, HouseholdFacts, MemberFacts

REFERENCE = date(2026, 10, 31)
RECEIVED = date(2026, 11, 5)


def member(**changes: Any) -> MemberFacts:
    """Amina Bensaïd, claimant, subject to rights and duties."""
    base = MemberFacts(
        role="DEM",
        title="MME",
        last_name="BENSAID",
        birth_name="MEYER",
        first_name="AMINA",
        birth_date=date(1988, 4, 12),
        birth_date_precision="N",
        birth_rank=1,
        sex="2",
        nir13="2889926990001",
        nir_valid=True,
        subject=True,
        pole_emploi_number="",
    )
    return replace(base, **changes)


def spouse(**changes: Any) -> MemberFacts:
    """Karim Bensaïd, her husband."""
    him = {
        "role": "CJT",
        "title": "MR",
        "first_name": "KARIM",
        "birth_name": "BENSAID",
        "birth_date": date(1985, 9, 3),
        "sex": "1",
        "nir13": "1859926990002",
    }
    return member(**{**him, **changes})


def child(**changes: Any) -> MemberFacts:
    """Lina, their daughter, without a NIR."""
    her = {
        "role": "ENF",
        "first_name": "LINA",
        "birth_name": "BENSAID",
        "birth_date": date(2019, 1, 30),
        "nir13": "",
        "nir_valid": False,
        "subject": None,
    }
    return member(**{**her, **changes})


def address(**changes: Any) -> AddressFacts:
    """A street of the fictional Département."""
    base = AddressFacts(1, "", "12", "RUE", "DES LILAS", "", "99100", "99001", "BELLEVILLE", "FRA", date(2020, 1, 1))
    return replace(base, **changes)


def household(**changes: Any) -> HouseholdFacts:
    """An open right at the CAF; the content hash follows the content."""
    base = HouseholdFacts(
        claim_number="00000000199",
        payer="CAF",
        payer_organism="991",
        payer_number="2055990",
        claimed_on=date(2026, 9, 10),
        right_origin_on=date(2026, 9, 1),
        state="2",
        motive="",
        amount=Decimal("635.71"),
        homeless=False,
        dependants=0,
        family_situation="CEL",
        previous_claim_number="",
        transfer_in_on=None,
        transfer_out_on=None,
        content_hash="",
        members=(member(),),
        addresses=(address(),),
    )
    facts = replace(base, **changes)
    return replace(facts, content_hash=hashlib.sha256(repr(facts).encode()).hexdigest())


def file(**changes: Any) -> FileFacts:
    """A monthly file of October received on 5 November, not the first one."""
    base = FileFacts(
        reference_on=REFERENCE,
        created_on=date(2026, 11, 4),
        received_on=RECEIVED,
        source="monthly",
        run_id=1,
        first_load=False,
    )
    return replace(base, **changes)


def many(count: int, start: int = 0) -> list[HouseholdFacts]:
    """Different households: a couple in five, a child in two."""
    return [_one(number) for number in range(start, start + count)]


def _one(number: int) -> HouseholdFacts:
    name = f"NOM{_letters(number)}"
    born = date(1960, 1, 1) + timedelta(days=number * 7919 % 15_000)
    members = [member(last_name=name, birth_name=name, first_name=f"PRENOM{_letters(number * 7)}", birth_date=born,
                      nir13=f"2{born.year % 100:02d}99{number:08d}")]  # fmt: skip
    if number % 5 == 0:
        members.append(spouse(last_name=name, birth_name=f"AUTRE{_letters(number)}", nir13=f"18599{number:08d}",
                              birth_date=born + timedelta(days=400)))  # fmt: skip
    if number % 2 == 0:
        members.append(child(last_name=name, birth_name=name, first_name=f"ENFANT{_letters(number)}"))
    return household(
        claim_number=f"{number:08d}099", payer_number=f"{number:07d}", members=tuple(members), dependants=1 - number % 2
    )


def _letters(number: int) -> str:
    text = ""
    while True:
        number, rest = divmod(number, 26)
        text = chr(65 + rest) + text
        if not number:
            return text
