"""The refusals of the domain, said in French to the person in front of the screen."""


class DomainError(Exception):
    """A refusal with the sentence to show and, when it concerns one field, that field."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
