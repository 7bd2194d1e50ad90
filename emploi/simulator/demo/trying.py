"""What the product refuses in a demonstration is left as it is: so it goes in life."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from emploi.foundation.errors import DomainError

logger = logging.getLogger(__name__)
T = TypeVar("T")


def tried(action: Callable[..., T], **arguments: Any) -> T | None:
    """Do it, None when the product refuses (a slot just taken, a person who left)."""
    try:
        return action(**arguments)
    except DomainError as refusal:
        logger.info("not lived: %s", type(refusal).__name__)
        return None
