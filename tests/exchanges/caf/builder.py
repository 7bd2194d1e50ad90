"""CAF files written by hand for the tests: every person is invented, every NIR has an impossible commune."""

from dataclasses import dataclass, field
from pathlib import Path

DEPARTMENT = "099"
ORGANISM = "991"


@dataclass(frozen=True)
class Someone:
    """One Personne."""

    first_name: str
    last_name: str = "VIRELANGE"
    role: str = "DEM"
    birth: str = "1985-04-12"
    nir: str = "2850499990123"
    sex: str = "2"
    subject: str = "1"  # empty: the CAF does not say
    jobcentre: str = ""
    former_claim: str = ""

    def xml(self) -> str:
        """The block, leaves without blanks as the CAF writes them."""
        right = (
            f"<MontantCalculDroitRSAPersonne><TOPPERSDRODEVORSA>{self.subject}</TOPPERSDRODEVORSA>"
            "</MontantCalculDroitRSAPersonne>"
            if self.subject
            else ""
        )
        jobcentre = (
            f"<DossierPoleEmploi><IDASSEDIC>{self.jobcentre}</IDASSEDIC></DossierPoleEmploi>" if self.jobcentre else ""
        )
        former = f"<NUMDEMRSAPRECE>{self.former_claim}</NUMDEMRSAPRECE>" if self.former_claim else ""
        nir = f"<NIR>{self.nir}</NIR>" if self.nir else ""
        title = "MME" if self.sex == "2" else "MR"
        return (
            f"<Personne><Identification><QUAL>{title}</QUAL><NOM>{self.last_name}</NOM>"
            f"<NOMNAI>{self.last_name}</NOMNAI><PRENOM>{self.first_name}</PRENOM><NOMCOMNAI>EXEMPLEVILLE</NOMCOMNAI>"
            f"<DTNAI>{self.birth}</DTNAI><RGNAI>1</RGNAI><TYPEDTNAI>N</TYPEDTNAI>{nir}<SEXE>{self.sex}</SEXE>"
            f"</Identification><DossierCAF><TOPRESPDOS>1</TOPRESPDOS><DDRATDOS>2020-01-01</DDRATDOS>{former}</DossierCAF>"
            f"<Prestations><NATPREST>PFA</NATPREST><ROLEPERS>RDO</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>"
            f"<Prestations><NATPREST>RSA</NATPREST><ROLEPERS>{self.role}</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>"
            f"{jobcentre}{right}</Personne>"
        )


@dataclass(frozen=True)
class Dossier:
    """One InfosFoyerRSA."""

    claim: str = "00000001099"
    people: tuple[Someone, ...] = field(default_factory=lambda: (Someone("ADELINE"),))
    state: str = "2"
    situation: str = ""  # the block that gives the motive
    matricule: str = "205599000000000"
    payer: str = "CAF"
    organism: str = ORGANISM
    department: str = DEPARTMENT
    claimed: str = "2026-09-14"
    street: str = "DU MODELE"
    moves: str = ""
    amount: str = "0000534.82"
    family: str = "CEL"

    def xml(self) -> str:
        """The block on one line."""
        return (
            f"<InfosFoyerRSA><IdentificationRSA><Organisme><FONORG>{self.payer}</FONORG><NUMORG>{self.organism}</NUMORG>"
            f"<MATRICULE>{self.matricule}</MATRICULE></Organisme><Partenaire><TYPEPARTE>CG </TYPEPARTE>"
            f"<IDEPARTE>{self.department}</IDEPARTE></Partenaire><DemandeRSA><DTDEMRSA>{self.claimed}</DTDEMRSA>"
            f"<NUMDEMRSA>{self.claim}</NUMDEMRSA></DemandeRSA>{self.moves}</IdentificationRSA>"
            f"{''.join(person.xml() for person in self.people)}"
            f"<DonneesAdministratives><SituationFamille><SITFAM>{self.family}</SITFAM><DDSITFAM>2019-06-01</DDSITFAM>"
            "</SituationFamille><Adresse><TroncCommunAdresse><RGADR>01</RGADR><DTEMM>2021-05-26</DTEMM><PAYS>FRA</PAYS>"
            "<TYPEADR>D</TYPEADR><ETATADR>CO</ETATADR></TroncCommunAdresse><AdresseDetailleeFrance><COMPLIDEADR/>"
            f"<COMPLADR/><NUMVOIE>25</NUMVOIE><LIBTYPEVOIE>RUE</LIBTYPEVOIE><NOMVOIE>{self.street}</NOMVOIE><LIEUDIST/>"
            "<NUMCOM>99001</NUMCOM><CODEPOS>99000</CODEPOS><NOMCOM>EXEMPLEVILLE</NOMCOM></AdresseDetailleeFrance></Adresse>"
            "</DonneesAdministratives><PrestationRSA><SituationDossierRSA><EtatDossierRSA>"
            f"<ETATDOSRSA>{self.state}</ETATDOSRSA></EtatDossierRSA>{self.situation}</SituationDossierRSA><DetailDroitRSA>"
            "<TroncCommunDroitRSA><TOPSANSDOMFIXE>0</TOPSANSDOMFIXE><NBENFAUTCHA>00</NBENFAUTCHA><ORIDEMRSA>DEM</ORIDEMRSA>"
            "<DTORIDEMRSA>2026-09-01</DTORIDEMRSA></TroncCommunDroitRSA><MontantsCalculDroitRSA><DDELECAL>2026-10-01</DDELECAL>"
            "<MTREVMINIGARARSA>0000607.75</MTREVMINIGARARSA><MTREVGARARSA>0000607.75</MTREVGARARSA>"
            f"<MTRESSMENRSA>0000000.00</MTRESSMENRSA><MTTOTDRORSA>{self.amount}</MTTOTDRORSA></MontantsCalculDroitRSA>"
            "</DetailDroitRSA></PrestationRSA></InfosFoyerRSA>"
        )


def stopped_payment(motive: str, since: str = "2026-10-01") -> str:
    """SuspensionVersement, for a dossier of state 4."""
    return (
        f"<SuspensionVersement><MOTISUSVERSRSA>{motive}</MOTISUSVERSRSA><DDSUSVERSRSA>{since}</DDSUSVERSRSA>"
        "</SuspensionVersement>"
    )


def closed(motive: str = "RFD", on: str = "2026-10-31") -> str:
    """FinDroit, for a dossier of state 5."""
    return f"<FinDroit><MOTICLORSA>{motive}</MOTICLORSA><DTCLORSA>{on}</DTCLORSA></FinDroit>"


def file_of(
    *dossiers: Dossier | str,
    reference: str = "2026-10-31",
    created: str = "2026-11-05",
    flow: str = "M",
    nature: str = "D",
    application: str = "CRI",
    declared: int | None = None,
    trailer: bool = True,
    encoding: str = "windows-1252",
) -> bytes:
    """A whole file, as bytes."""
    blocks = [dossier if isinstance(dossier, str) else dossier.xml() for dossier in dossiers]
    count = len(blocks) if declared is None else declared
    end = (
        f"<TransmissionFlux><NBTOTDOSRSATRANSM>{count:08d}</NBTOTDOSRSATRANSM>"
        "<NBTOTDOSRSATRANSMANO>00000000</NBTOTDOSRSATRANSMANO></TransmissionFlux>"
        if trailer
        else ""
    )
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<Racine><IdentificationFlux><APPLIEME>{application}</APPLIEME>'
        f"<NUMVERSIONAPPLIEME>6200</NUMVERSIONAPPLIEME><TYPEFLUX>{flow}</TYPEFLUX><NATFLUX>{nature}</NATFLUX>"
        f"<DTCREAFLUX>{created}</DTCREAFLUX><HEUCREAFLUX>01:18:36.0000</HEUCREAFLUX><DTREF>{reference}</DTREF>"
        f"</IdentificationFlux>{''.join(blocks)}{end}</Racine>\n"
    )
    return text.encode(encoding)


def many(count: int, first: int = 1) -> list[Dossier]:
    """Different dossiers of one claimant each."""
    return [
        Dossier(
            claim=f"{number:08d}099",
            matricule=f"{number:07d}00000000",
            people=(
                Someone(
                    first_name=f"PRENOM{_letters(number)}",
                    last_name=f"NOM{_letters(number * 7)}",
                    nir=f"2{60 + number % 40:02d}{1 + number % 12:02d}99{990 + number // 1000 % 10}{number % 1000:03d}",
                    birth=f"19{60 + number % 40:02d}-{1 + number % 12:02d}-{1 + number % 28:02d}",
                ),
            ),
        )
        for number in range(first, first + count)
    ]


def written(folder: Path, content: bytes, name: str = "rsabem.xml") -> Path:
    """The file on disk."""
    path = folder / name
    path.write_bytes(content)
    return path


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number, 26)
        letters += chr(65 + rest)
    return letters
