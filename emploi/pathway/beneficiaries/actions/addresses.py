"""The address of a household as an agent types it."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.enums import Source
from emploi.pathway.beneficiaries.events import AddressTyped
from emploi.pathway.beneficiaries.facts import TypedAddress
from emploi.pathway.beneficiaries.models import Address, Household
from emploi.territory.geography.models import Commune


@action
def type_address(*, household_id: int, address: TypedAddress, by: Actor, at: datetime) -> Address:
    """Type the address of a household; it is used before the payer's, which is kept beside it."""
    household = Household.objects.select_for_update().get(pk=household_id)
    if not (address.postal_code and address.city):
        raise DomainError("Indiquez au moins le code postal et la ville.", field="postal_code")
    commune = Commune.objects.filter(pk=address.insee).first() if address.insee else None
    Address.objects.filter(household=household, source=Source.TYPED, is_current=True).update(is_current=False)
    typed = Address.objects.create(
        household=household,
        source=Source.TYPED,
        lines={
            "complement": address.complement,
            "number": address.number,
            "street_type": "",
            "street": address.street,
            "place": "",
        },
        postal_code=address.postal_code,
        insee=address.insee,
        commune=commune,
        city=address.city,
        valid_from=at.date(),
        received_on=at.date(),
    )
    if commune is not None:
        household.commune = commune
        household.save(update_fields=["commune"])
    publish(AddressTyped(household_id=household_id), by=by, at=at)
    return typed
