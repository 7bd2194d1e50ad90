"""Numbers that no real person bears: well formed, with a valid key, each given once."""

from __future__ import annotations

from typing import Final

# Communes 990 to 999 exist in no real NIR (caf-flows.md §2.9): no person can be hit, and the key stays valid.
IMPOSSIBLE_COMMUNE: Final = 990
COMMUNES, RANKS = 10, 999
BIRTH_DEPARTMENTS: Final = (
    *(f"{number:02d}" for number in range(1, 20)),
    "2A",
    "2B",
    *(f"{number:02d}" for number in range(21, 96)),
    "99",
)
SPACE: Final = len(BIRTH_DEPARTMENTS) * COMMUNES * RANKS
SPREAD: Final = 367_967  # prime to SPACE: neighbours get unlike numbers
MEMBERS, CORES = 8, 12

# Numbers the regulator keeps for fiction (Arcep): nobody answers.
FICTION_MOBILE, FICTION_LANDLINE = "063998", "046571"


def serial(slot: int, core: int, member: int) -> int:
    """The rank of a simulated person among all."""
    return (slot * CORES + core % CORES) * MEMBERS + member % MEMBERS


def birth_month(serial_number: int) -> int:
    """The month of birth that keeps NIRs apart beyond the ranks of one month."""
    block, residue = divmod(serial_number, SPACE)
    return 1 + (block + residue * 7919 // 13) % 12


def nir(serial_number: int, sex: str, year: int) -> str:
    """The 15 characters of an impossible NIR; two persons never share one."""
    residue = serial_number % SPACE * SPREAD % SPACE
    place, rank = divmod(residue, RANKS)
    where, commune = divmod(place, COMMUNES)
    month = birth_month(serial_number)
    body = f"{sex}{year % 100:02d}{month:02d}{BIRTH_DEPARTMENTS[where]}{IMPOSSIBLE_COMMUNE + commune}{rank + 1:03d}"
    return body + nir_key(body)


def nir_key(body: str) -> str:
    """The two digits of control; 2A and 2B count as 19 and 18 (caf-flows.md §3)."""
    digits = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{97 - digits % 97:02d}"


def claim_number(seed: int, slot: int, claim: int, partner: str) -> str:
    """NUMDEMRSA: eight digits then the Département."""
    return f"{((slot * 64 + claim % 64) * 48_611_903 + seed * 7_368_787 + 11) % 100_000_000:08d}{partner}"


def allocataire_number(seed: int, slot: int, core: int) -> str:
    """The seven digits of a CAF allocataire."""
    return f"{((slot * CORES * 4 + core % 48) * 3_048_617 + seed * 91_138 + 7) % 10_000_000:07d}"


def france_travail_number(serial_number: int) -> str:
    """IDASSEDIC: seven digits and a letter."""
    return f"{serial_number * 2_750_159 % 10_000_000:07d}{'ABCDEFGHJK'[serial_number % 10]}"


def mobile(draw: float) -> str:
    """A mobile number of the fiction range, ten digits."""
    return f"{FICTION_MOBILE}{int(draw * 10_000):04d}"


def landline(draw: float) -> str:
    """A landline number of the fiction range, ten digits."""
    return f"{FICTION_LANDLINE}{int(draw * 10_000):04d}"
