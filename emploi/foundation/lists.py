"""Long lists handed to PostgreSQL as one text: the driver quotes a list value after value, a text at once."""

from collections.abc import Iterable

# A character no XML nor any form may hold, so that nothing received can be cut in two.
_SEPARATOR = "\x1f"
SPLIT = "string_to_array(%s, chr(31))"


def joined(values: Iterable[str]) -> str:
    """Write texts as the parameter of `SPLIT`; none of them may be empty when it is the only one."""
    return _SEPARATOR.join(values)
