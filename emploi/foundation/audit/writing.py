"""`@action`: the one way to write. Atomic, with an author the database knows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from emploi.foundation.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def acting(by: Actor) -> Iterator[None]:
    """Opens a transaction (or a savepoint) in which every write is signed by `by`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('emploi.actor', true)")
            former = cursor.fetchone()[0] or ""
            cursor.execute("SELECT set_config('emploi.actor', %s, true)", [str(by)])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('emploi.actor', %s, true)", [former])


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Marks a public function of `actions`: it takes `by=` and `at=`, and runs whole or not at all."""

    @wraps(function)
    def signed(*args: P.args, **kwargs: P.kwargs) -> R:
        by = kwargs.get("by")
        if not isinstance(by, Actor):
            raise TypeError(f"{function.__qualname__}() needs by=Actor(…)")
        if "at" not in kwargs:
            raise TypeError(f"{function.__qualname__}() needs at=")
        with acting(by):
            return function(*args, **kwargs)

    signed.is_action = True  # type: ignore[attr-defined]  # read by tests/architecture
    return signed
