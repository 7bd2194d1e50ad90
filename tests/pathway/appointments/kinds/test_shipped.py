"""The kinds everybody starts with: complete, and added to a database in use without touching what is there."""

import pytest
from django.db import IntegrityError, transaction

from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.shipped import ship_kinds

pytestmark = pytest.mark.django_db
PHONE_PLATFORM = "plateforme-telephonique"


def test_every_need_of_the_public_is_there_out_of_the_box() -> None:
    Kind.objects.all().delete()
    ship_kinds(Kind)
    kinds = {kind.slug: kind for kind in Kind.objects.all()}
    assert [slug for slug, kind in kinds.items() if kind.is_first_interview] == ["premier-rendez-vous"]
    assert all(kind.things_to_bring and kind.presentation for kind in kinds.values())
    for slug in ("main-tendue", "equipe-pluridisciplinaire"):
        assert kinds[slug].can_be_summoned
        assert kinds[slug].physical_required
        assert kinds[slug].default_modality == Modality.PHYSICAL
        assert kinds[slug].absence_after_convocation
    assert not kinds["equipe-pluridisciplinaire"].can_be_invited
    assert kinds["signature-contrat"].with_referent_only
    assert kinds["renouvellement-contrat"].with_referent_only
    assert {slug for slug, kind in kinds.items() if kind.starts_support} == {
        "rendez-vous-conseiller", "signature-contrat", "renouvellement-contrat", "remobilisation",
    }  # fmt: skip
    assert kinds[PHONE_PLATFORM].modalities == [Modality.PHONE]
    assert [slug for slug, kind in kinds.items() if kind.is_collective] == ["reunion-collective"]


def test_what_an_absence_means_is_said_for_every_act_a_kind_allows() -> None:
    for kind in Kind.objects.all():
        assert bool(kind.absence_after_convocation) == kind.can_be_summoned, kind.slug
        assert bool(kind.absence_after_invitation) == kind.can_be_invited, kind.slug


def test_a_new_version_adds_what_is_missing_and_touches_nothing_else() -> None:
    """The Département renamed a kind, stopped another, and runs a version that did not have the telephone."""
    Kind.objects.filter(slug=PHONE_PLATFORM).delete()
    Kind.objects.filter(slug="main-tendue").update(name="Main tendue, en vrai", duration_minutes=20)
    Kind.objects.filter(slug="suite-orientation").update(is_active=False)
    before = list(Kind.objects.order_by("pk").values())

    ship_kinds(Kind)
    ship_kinds(Kind)

    assert list(Kind.objects.exclude(slug=PHONE_PLATFORM).order_by("pk").values()) == before
    assert Kind.objects.filter(slug=PHONE_PLATFORM).count() == 1


def test_a_first_interview_under_another_name_stays_the_only_one() -> None:
    Kind.objects.filter(is_first_interview=True).update(slug="accueil-orientation")
    ship_kinds(Kind)
    assert Kind.objects.get(is_first_interview=True).slug == "accueil-orientation"


@pytest.mark.parametrize(
    "change",
    [{"is_collective": True}, {"modalities": ["phone", "physical"]}, {"physical_required": False}, {"modalities": []}],
)
def test_the_database_itself_keeps_the_first_interview_alone_and_physical(change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Kind.objects.filter(is_first_interview=True).update(**change)
