"""One dossier as XML: `InfosFoyerRSA`, in the exact order of VRSB0801 (caf-flows.md §2.3)."""

from __future__ import annotations

from typing import Final

from emploi.simulator.caf_files.people import person_block
from emploi.simulator.life.dossier import Snapshot, quarter
from emploi.simulator.life.homes import Home
from emploi.simulator.life.months import first_day, last_day, month_number
from emploi.simulator.life.rights import CLOSED, CLOSED_EARLIER, REFUSAL, SUSPENDED, UNPAID

# Real files pad these values with a space: readers must trim (caf-flows.md §2.2).
PARTNER_TYPE: Final = "CG "
OTHER_PAYER: Final = ("CAF", "699")


def dossier_block(view: Snapshot, partner: str) -> str:
    """The whole dossier."""
    people = "".join(person_block(view, person, subject) for person, subject in view.people)
    return (
        f"<InfosFoyerRSA>{_identification(view, partner)}{people}{_administrative(view)}"
        f"<PrestationRSA>{_situation(view)}{_detail(view)}</PrestationRSA></InfosFoyerRSA>\n"
    )


def _identification(view: Snapshot, partner: str) -> str:
    dossier, household = view.dossier, view.dossier.household
    # MATRICULE: a CAF number is followed by zeros up to fifteen digits, an MSA one is the NIR.
    number = household.payer_number.ljust(15, "0")
    return (
        f"<IdentificationRSA><Organisme><FONORG>{household.payer}</FONORG><NUMORG>{household.organism}</NUMORG>"
        f"<MATRICULE>{number}</MATRICULE></Organisme>"
        f"<Partenaire><TYPEPARTE>{PARTNER_TYPE}</TYPEPARTE><IDEPARTE>{partner}</IDEPARTE></Partenaire>"
        f"<DemandeRSA><DTDEMRSA>{dossier.right.claimed_on}</DTDEMRSA><NUMDEMRSA>{dossier.claim_number}</NUMDEMRSA></DemandeRSA>"
        f"{_transfers(view)}</IdentificationRSA>"
    )


def _transfers(view: Snapshot) -> str:
    """OrganismeCedant and OrganismePrenant: only in the month of the transfer."""
    right, month = view.dossier.right, month_number(view.day)
    parts = ""
    if right.transfer_in_on and month_number(right.transfer_in_on) == month:
        parts += (
            f"<OrganismeCedant><FONORGCEDMUT>{OTHER_PAYER[0]}</FONORGCEDMUT><NUMORGCEDMUT>{OTHER_PAYER[1]}</NUMORGCEDMUT>"
            f"<DDARRMUT>{right.transfer_in_on}</DDARRMUT></OrganismeCedant>"
        )
    if right.transfer_out_on and month_number(right.transfer_out_on) == month and view.phase.state in "56":
        parts += (
            f"<OrganismePrenant><FONORGPRENMUT>{OTHER_PAYER[0]}</FONORGPRENMUT><NUMORGPRENMUT>{OTHER_PAYER[1]}</NUMORGPRENMUT>"
            f"<DDDEPAMUT>{right.transfer_out_on}</DDDEPAMUT></OrganismePrenant>"
        )
    return parts


def _administrative(view: Snapshot) -> str:
    situation, since = view.dossier.household.situation(view.day)
    regime = "<REGAGRIFAM>SA </REGAGRIFAM>" if view.dossier.household.payer == "MSA" else ""
    homes = view.dossier.household.homes_on(view.day)
    addresses = "".join(_address(home, rank) for rank, home in enumerate(homes, start=1))
    return (
        f"<DonneesAdministratives><SituationFamille><SITFAM>{situation}</SITFAM><DDSITFAM>{since}</DDSITFAM>{regime}"
        f"</SituationFamille>{addresses}</DonneesAdministratives>"
    )


def _address(home: Home, rank: int) -> str:
    return (
        f"<Adresse><TroncCommunAdresse><RGADR>{rank:02d}</RGADR><DTEMM>{home.since}</DTEMM><PAYS>FRA</PAYS>"
        "<TYPEADR>D</TYPEADR><ETATADR>CO</ETATADR></TroncCommunAdresse><AdresseDetailleeFrance>"
        f"<COMPLIDEADR>{home.complement}</COMPLIDEADR><COMPLADR></COMPLADR><NUMVOIE>{home.number.ljust(3)}</NUMVOIE>"
        f"<LIBTYPEVOIE>{home.street_type}</LIBTYPEVOIE><NOMVOIE>{home.street}</NOMVOIE><LIEUDIST></LIEUDIST>"
        f"<NUMCOM>{home.insee}</NUMCOM><CODEPOS>{home.postal_code}</CODEPOS><NOMCOM>{home.city}</NOMCOM>"
        "</AdresseDetailleeFrance></Adresse>"
    )


def _situation(view: Snapshot) -> str:
    phase = view.phase
    details = {
        REFUSAL: f"<Refus><DTREFURSA>{phase.on}</DTREFURSA><MOTIREFURSA>{phase.motive}</MOTIREFURSA></Refus>",
        SUSPENDED: (
            f"<SuspensionDroit><MOTISUSDRORSA>{phase.motive}</MOTISUSDRORSA><DDSUSDRORSA>{phase.on}</DDSUSDRORSA>"
            "<NATGROUPFSUS>RSX</NATGROUPFSUS></SuspensionDroit>"
        ),
        UNPAID: (
            f"<SuspensionVersement><MOTISUSVERSRSA>{phase.motive}</MOTISUSVERSRSA><DDSUSVERSRSA>{phase.on}</DDSUSVERSRSA>"
            "</SuspensionVersement>"
        ),
        CLOSED: f"<FinDroit><MOTICLORSA>{phase.motive}</MOTICLORSA><DTCLORSA>{phase.on}</DTCLORSA></FinDroit>",
        CLOSED_EARLIER: (
            f"<FinDroitMoisAnterieur><MOTICLORSA>{phase.motive}</MOTICLORSA>"
            f"<DTCLORSA>{view.dossier.right.closed_on(view.day)}</DTCLORSA>"
            "</FinDroitMoisAnterieur>"
        ),
    }
    return (
        f"<SituationDossierRSA><EtatDossierRSA><ETATDOSRSA>{phase.state}</ETATDOSRSA></EtatDossierRSA>"
        f"{details.get(phase.state, '')}</SituationDossierRSA>"
    )


def _detail(view: Snapshot) -> str:
    right, household = view.dossier.right, view.dossier.household
    children = sum(1 for person, _ in view.people if not person.is_adult)
    subject = int(any(subject for _, subject in view.people))
    return (
        f"<DetailDroitRSA><TroncCommunDroitRSA><TOPSANSDOMFIXE>{int(household.homeless)}</TOPSANSDOMFIXE>"
        f"<NBENFAUTCHA>{children:02d}</NBENFAUTCHA><ORIDEMRSA>DEM</ORIDEMRSA><DTORIDEMRSA>{right.origin_on}</DTORIDEMRSA>"
        f"<TOPFOYDRODEVORSA>{subject}</TOPFOYDRODEVORSA></TroncCommunDroitRSA>{_amounts(view)}</DetailDroitRSA>"
    )


def _amounts(view: Snapshot) -> str:
    """The last calculation; a line of right only when it is payable."""
    amounts = view.amounts
    if amounts is None:
        return ""
    start = quarter(view.dossier, view.day)
    calculated = (
        f"<MontantsCalculDroitRSA><DDELECAL>{start}</DDELECAL><DFELECAL>{last_day(month_number(start) + 2)}</DFELECAL>"
        f"<MTREVMINIGARARSA>{amounts.guaranteed:010.2f}</MTREVMINIGARARSA><MTREVGARARSA>{amounts.guaranteed:010.2f}</MTREVGARARSA>"
        f"<MTPFRSA>{amounts.family:010.2f}</MTPFRSA><MTALRSA>{amounts.housing:010.2f}</MTALRSA>"
        f"<MTRESSMENRSA>{amounts.resources:010.2f}</MTRESSMENRSA><MTTOTDRORSA>{amounts.right:010.2f}</MTTOTDRORSA>"
        "</MontantsCalculDroitRSA>"
    )
    if view.phase.state != "2" or not amounts.right:
        return calculated
    nature, kind = ("RSI", "RSIN1") if amounts.raised else ("RSD", "RSDN2")
    paid_on = first_day(month_number(start)).replace(day=5)
    return (
        f"{calculated}<DetailCalculDroitRSA><NATPF>{nature}</NATPF><SOUSNATPF>{kind}</SOUSNATPF>"
        f"<DDNATDRO>{view.dossier.right.origin_on}</DDNATDRO><MTRSAVERS>{amounts.right:010.2f}</MTRSAVERS>"
        f"<DTDERRSAVERS>{paid_on}</DTDERRSAVERS></DetailCalculDroitRSA>"
    )
