"""From a dossier to facts: golden cases written by hand, field by field."""

from datetime import date
from decimal import Decimal

import pytest

from emploi.exchanges.caf.mapping import payer_number
from emploi.exchanges.caf.reading.nir import nir_key, read_nir
from emploi.exchanges.caf.reading.parsing import Parsed, read_dossier
from emploi.pathway.beneficiaries.facts import AddressFacts, HouseholdFacts, MemberFacts
from tests.exchanges.caf.builder import Dossier, Someone, closed, stopped_payment

COUPLE = """<InfosFoyerRSA>
  <IdentificationRSA>
    <Organisme><FONORG>CAF</FONORG><NUMORG>991</NUMORG><MATRICULE>12345600000000</MATRICULE></Organisme>
    <Partenaire><TYPEPARTE>CG </TYPEPARTE><IDEPARTE>099</IDEPARTE></Partenaire>
    <DemandeRSA><DTDEMRSA>2026-03-02</DTDEMRSA><NUMDEMRSA>1024041099</NUMDEMRSA></DemandeRSA>
    <OrganismeCedant><FONORGCEDMUT>CAF</FONORGCEDMUT><NUMORGCEDMUT>699</NUMORGCEDMUT>
      <DDARRMUT>2026-10-02</DDARRMUT></OrganismeCedant>
  </IdentificationRSA>
  <Personne>
    <Identification><QUAL>MME</QUAL><NOM>DE  LA TOUR </NOM><NOMNAI>D'ALMÉÏDA</NOMNAI><PRENOM>ANNE-LÍA</PRENOM>
      <NOMCOMNAI>EXEMPLEVILLE</NOMCOMNAI><DTNAI>1990-01-01</DTNAI><TYPEDTNAI>O</TYPEDTNAI><NIR>290019999012364</NIR>
      <TOPVALIEC>1</TOPVALIEC><SEXE>2</SEXE></Identification>
    <DossierCAF><TOPRESPDOS>0</TOPRESPDOS><DDRATDOS>2024-01-01</DDRATDOS></DossierCAF>
    <Prestations><NATPREST>PFA</NATPREST><ROLEPERS>CJT</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>
    <Prestations><NATPREST>RSA</NATPREST><ROLEPERS>CJT</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>
  </Personne>
  <Personne>
    <Identification><QUAL>MR</QUAL><NOM>ROCHEBOIS</NOM><NOMNAI> </NOMNAI><PRENOM>ÉLOI</PRENOM>
      <NOMCOMNAI>AILLEURS</NOMCOMNAI><DTNAI>1988-11-30</DTNAI><RGNAI>2</RGNAI><TYPEDTNAI>N</TYPEDTNAI><SEXE>1</SEXE>
    </Identification>
    <DossierCAF><TOPRESPDOS>1</TOPRESPDOS><DDRATDOS>2024-01-01</DDRATDOS><NUMDEMRSAPRECE>77024041099</NUMDEMRSAPRECE>
    </DossierCAF>
    <Prestations><NATPREST>PFA</NATPREST><ROLEPERS>RDO</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>
    <Prestations><NATPREST>RSA</NATPREST><ROLEPERS>DEM</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>
    <DossierPoleEmploi><IDASSEDIC>1253359X</IDASSEDIC></DossierPoleEmploi>
    <MontantCalculDroitRSAPersonne><TOPPERSDRODEVORSA>0</TOPPERSDRODEVORSA></MontantCalculDroitRSAPersonne>
  </Personne>
  <DonneesAdministratives>
    <SituationFamille><SITFAM>MAR</SITFAM><DDSITFAM>2015-06-20</DDSITFAM></SituationFamille>
    <Adresse>
      <TroncCommunAdresse><RGADR>01</RGADR><PAYS>FRA</PAYS><TYPEADR>D</TYPEADR><ETATADR>CO</ETATADR>
      </TroncCommunAdresse>
      <AdresseDetailleeFrance><COMPLIDEADR>APPT 4</COMPLIDEADR><COMPLADR>BAT B</COMPLADR><NUMVOIE>3 B</NUMVOIE>
        <LIBTYPEVOIE>RUE</LIBTYPEVOIE><NOMVOIE>DES LILAS</NOMVOIE><LIEUDIST>LE HAUT</LIEUDIST><NUMCOM>01001</NUMCOM>
        <CODEPOS>1400</CODEPOS><NOMCOM>ABERGEMENT</NOMCOM></AdresseDetailleeFrance>
    </Adresse>
    <Adresse>
      <TroncCommunAdresse><RGADR>02</RGADR><DTEMM>2019-02-01</DTEMM><PAYS>HOR</PAYS><TYPEADR>D</TYPEADR>
      <ETATADR>NC</ETATADR>
      </TroncCommunAdresse>
      <AdresseHorsFrance><LIBLIG2ADR>CHEZ NIMA</LIBLIG2ADR><LIBLIG3ADR/><LIBLIG4ADR>12 CALLE MAYOR</LIBLIG4ADR>
        <LIBLIG5ADR/><LIBLIG6ADR>28013 MADRID</LIBLIG6ADR><LIBLIG7ADR>ESPAGNE</LIBLIG7ADR></AdresseHorsFrance>
    </Adresse>
  </DonneesAdministratives>
  <PrestationRSA>
    <SituationDossierRSA>
      <EtatDossierRSA><ETATDOSRSA>4</ETATDOSRSA></EtatDossierRSA>
      <SuspensionVersement><MOTISUSVERSRSA>06 </MOTISUSVERSRSA><DDSUSVERSRSA>2026-05-01</DDSUSVERSRSA>
      </SuspensionVersement>
      <SuspensionVersement><MOTISUSVERSRSA>05</MOTISUSVERSRSA><DDSUSVERSRSA>2026-09-01</DDSUSVERSRSA>
      </SuspensionVersement>
    </SituationDossierRSA>
    <DetailDroitRSA>
      <TroncCommunDroitRSA><TOPSANSDOMFIXE>1</TOPSANSDOMFIXE><NBENFAUTCHA>02</NBENFAUTCHA><ORIDEMRSA>DEM</ORIDEMRSA>
      </TroncCommunDroitRSA>
      <MontantsCalculDroitRSA><DDELECAL>2026-08-01</DDELECAL><MTREVMINIGARARSA>0001276.00</MTREVMINIGARARSA>
        <MTREVGARARSA>0001276.00</MTREVGARARSA><MTRESSMENRSA>0001262.10</MTRESSMENRSA>
        <MTTOTDRORSA>0000013.90</MTTOTDRORSA>
      </MontantsCalculDroitRSA>
      <DetailCalculDroitRSA><NATPF>RSD</NATPF><SOUSNATPF>RSDN2</SOUSNATPF><DDNATDRO>2026-06-01</DDNATDRO>
      </DetailCalculDroitRSA>
      <DetailCalculDroitRSA><NATPF>RSD</NATPF><SOUSNATPF>RSDN2</SOUSNATPF><DDNATDRO>2026-03-01</DDNATDRO>
        <DFNATDRO>2026-05-31</DFNATDRO></DetailCalculDroitRSA>
    </DetailDroitRSA>
  </PrestationRSA>
</InfosFoyerRSA>"""


def read(text: str, department: str = "099") -> Parsed:
    return read_dossier(text.encode("cp1252"), number=1, content_hash="h", encoding="cp1252", department=department)


def facts_of(text: str) -> HouseholdFacts:
    parsed = read(text)
    assert parsed.facts is not None, parsed.refusal
    return parsed.facts


def test_a_whole_dossier_field_by_field() -> None:
    anne = MemberFacts(
        role="CJT",
        title="MME",
        last_name="DE LA TOUR",
        birth_name="D'ALMÉÏDA",
        first_name="ANNE-LÍA",
        birth_date=date(1990, 1, 1),
        birth_date_precision="O",
        birth_rank=None,
        sex="2",
        nir13="2900199990123",
        nir_valid=True,
        subject=None,  # the CAF does not say
        pole_emploi_number="",
    )
    eloi = MemberFacts(
        role="DEM",
        title="MR",
        last_name="ROCHEBOIS",
        birth_name="ROCHEBOIS",
        first_name="ÉLOI",
        birth_date=date(1988, 11, 30),
        birth_date_precision="N",
        birth_rank=2,
        sex="1",
        nir13="",
        nir_valid=False,
        subject=False,
        pole_emploi_number="1253359X",
    )
    here = AddressFacts(
        rank=1,
        complement="APPT 4 BAT B",
        number="3 B",
        street_type="RUE",
        street="DES LILAS",
        place="LE HAUT",
        postal_code="01400",  # the lost zero is given back
        insee="01001",
        city="ABERGEMENT",
        country="FRA",
        since=None,
    )
    abroad = AddressFacts(
        rank=2,
        complement="CHEZ NIMA",
        number="",
        street_type="",
        street="12 CALLE MAYOR",
        place="",
        postal_code="",
        insee="",
        city="28013 MADRID ESPAGNE",
        country="HOR",
        since=date(2019, 2, 1),
    )
    assert facts_of(COUPLE) == HouseholdFacts(
        claim_number="01024041099",
        payer="CAF",
        payer_organism="991",
        payer_number="0123456",  # 15 digits whose first zero was lost, cut to 7
        claimed_on=date(2026, 3, 2),
        right_origin_on=date(2026, 3, 1),  # no DTORIDEMRSA: the first line of right
        state="4",
        motive="05",  # the most recent of two suspensions
        amount=Decimal("13.90"),
        homeless=True,
        dependants=2,
        family_situation="MAR",
        previous_claim_number="77024041099",
        transfer_in_on=date(2026, 10, 2),
        transfer_out_on=None,
        content_hash="h",
        members=(anne, eloi),
        addresses=(here, abroad),
    )


@pytest.mark.parametrize(
    ("state", "situation", "motive"),
    [
        ("0", "", ""),
        ("1", "<Refus><DTREFURSA>2026-10-02</DTREFURSA><MOTIREFURSA>F02</MOTIREFURSA></Refus>", "F02"),
        ("2", "", ""),
        (
            "3",
            "<SuspensionDroit><MOTISUSDRORSA>GJ</MOTISUSDRORSA><DDSUSDRORSA>2026-10-01</DDSUSDRORSA></SuspensionDroit>",
            "GJ",
        ),
        ("4", stopped_payment("70"), "70"),
        ("4", "", ""),
        ("5", closed("PCG"), "PCG"),
        (
            "6",
            "<FinDroitMoisAnterieur><MOTICLORSA>MUT</MOTICLORSA><DTCLORSA>2026-08-31</DTCLORSA></FinDroitMoisAnterieur>",
            "MUT",
        ),
    ],
)
def test_each_state_has_its_motive(state: str, situation: str, motive: str) -> None:
    facts = facts_of(Dossier(state=state, situation=situation).xml())
    assert (facts.state, facts.motive) == (state, motive)


_DEPARTED = (
    "<OrganismePrenant><FONORGPRENMUT>CAF</FONORGPRENMUT><NUMORGPRENMUT>992</NUMORGPRENMUT>"
    "<DDDEPAMUT>2026-10-12</DDDEPAMUT></OrganismePrenant>"
)


@pytest.mark.parametrize(
    ("state", "situation", "moves", "ended_on"),
    [
        pytest.param("5", closed("RFD", "2026-10-20"), "", date(2026, 10, 20), id="closed"),
        pytest.param("5", closed("MUT", "2026-10-31"), _DEPARTED, date(2026, 10, 12), id="moved: the day of the move"),
        pytest.param(
            "6",
            "<FinDroitMoisAnterieur><MOTICLORSA>RFD</MOTICLORSA><DTCLORSA>2026-08-31</DTCLORSA></FinDroitMoisAnterieur>",
            "",
            date(2026, 8, 31),
            id="closed earlier",
        ),
        pytest.param("2", "", _DEPARTED, None, id="still open"),
    ],
)
def test_the_day_a_right_ends_is_the_one_the_payer_tells(
    state: str, situation: str, moves: str, ended_on: date | None
) -> None:
    assert facts_of(Dossier(state=state, situation=situation, moves=moves).xml()).ended_on == ended_on


@pytest.mark.parametrize(("said", "expected"), [("1", True), ("0", False), ("true", True), ("", None)])
def test_droits_et_devoirs_has_three_answers(said: str, expected: bool | None) -> None:
    facts = facts_of(Dossier(people=(Someone("ADELINE", subject=said),)).xml())
    assert facts.members[0].subject is expected


@pytest.mark.parametrize(
    ("payer", "matricule", "expected"),
    [
        ("CAF", "205599000000000", "2055990"),
        ("CAF", "012345600000000", "0123456"),
        ("CAF", "12345600000000", "0123456"),
        ("CAF", "2055990", "2055990"),
        ("CAF", "55990", "0055990"),
        ("MSA", "285049999012311", ""),  # a wrong key is no number
        ("MSA", "2850499990123", "2850499990123"),
    ],
)
def test_matricule(payer: str, matricule: str, expected: str) -> None:
    assert payer_number(payer, matricule) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2850499990123", ("2850499990123", True)),
        (" 2 85 04 99 990 123 ", ("2850499990123", True)),
        ("285049999012300", ("2850499990123", True)),  # a key nobody knew
        ("2850499990123" + "99", ("", False)),  # a wrong key
        ("7850499990123", ("7850499990123", False)),  # provisional: proves nothing
        ("190032A990123", ("190032A990123", True)),
        ("19003", ("", False)),
        ("ABCDEFGHIJKLM", ("", False)),
        ("", ("", False)),
    ],
)
def test_nir(text: str, expected: tuple[str, bool]) -> None:
    assert read_nir(text) == expected


def test_corsican_keys() -> None:
    # Same numbers once 2A and 2B are read as 19 and 18.
    assert nir_key("190032A990123") == 97 - 1900319990123 % 97
    assert nir_key("190032B990123") == 97 - 1900318990123 % 97
    assert read_nir(f"190032A990123{nir_key('190032A990123'):02d}") == ("190032A990123", True)


def test_wrong_nirs_are_counted_and_not_kept() -> None:
    parsed = read(Dossier(people=(Someone("ADELINE", nir="285049999012399"),)).xml())
    assert parsed.wrong_nirs == 1
    assert parsed.facts is not None
    assert parsed.facts.members[0].nir13 == ""


def test_codes_nobody_knows_are_accepted_and_told() -> None:
    dossier = Dossier(state="4", situation=stopped_payment("ZZ"), family="XYZ")
    parsed = read(dossier.xml())
    assert parsed.facts is not None
    assert (parsed.facts.motive, parsed.facts.family_situation) == ("ZZ", "XYZ")
    assert set(parsed.unknown) == {("MOTISUSVERSRSA", "ZZ"), ("SITFAM", "XYZ")}


def test_a_role_nobody_knows_is_neither_adult_nor_child() -> None:
    parsed = read(Dossier(people=(Someone("ADELINE"), Someone("ZOÉ", role="XXX", nir=""))).xml())
    assert parsed.facts is not None
    assert [member.role for member in parsed.facts.members] == ["DEM", "AUT"]
    assert parsed.unknown == (("ROLEPERS", "XXX"),)


def test_a_person_written_twice_counts_once_and_the_last_wins() -> None:
    twice = (Someone("ADELINE", subject="0"), Someone("BASILE", role="CJT", nir="", sex="1"), Someone("ADELINE"))
    members = facts_of(Dossier(people=twice).xml()).members
    assert [(member.first_name, member.subject) for member in members] == [("BASILE", True), ("ADELINE", True)]


def test_twins_and_spouses_with_one_number_stay_two_people() -> None:
    twins = (
        Someone("LOU", role="ENF", birth="2020-02-02", nir=""),
        Someone("LÉA", role="ENF", birth="2020-02-02", nir=""),
    )
    spouses = (Someone("ADELINE"), Someone("BASILE", role="CJT", sex="1", birth="1983-01-09"))
    members = facts_of(Dossier(people=(*spouses, *twins)).xml()).members
    assert [member.first_name for member in members] == ["ADELINE", "BASILE", "LOU", "LÉA"]


def test_a_date_that_does_not_exist_refuses_the_dossier_in_french() -> None:
    refusal = read(Dossier(claimed="2026-02-30").xml()).refusal
    assert refusal is not None
    assert "date de la demande (DTDEMRSA)" in refusal.reason.lower().replace("dtdemrsa", "DTDEMRSA")
    assert "2026-02-30" in refusal.reason


def test_a_dossier_for_somebody_else_is_refused() -> None:
    refusal = read(Dossier(department="038").xml()).refusal
    assert refusal is not None
    assert refusal.code == "other_department"
    assert "« 038 »" in refusal.reason
