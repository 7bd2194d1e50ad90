"""Who may see what: deny by default, and a GET never writes."""

from emploi.foundation.access.decorators import public, requires

__all__ = ["public", "requires"]
