"""The trace of a text kept in spite of the warning about health."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from emploi.foundation import clock
from emploi.foundation.audit.actions import record_kept_texts
from emploi.foundation.texts.guard import collecting

Next = Callable[[HttpRequest], HttpResponse]
_REFUSED = 400


class KeptTexts:
    """Writes in the journal, once the page has accepted the form, that its author kept words of health."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with collecting() as kept:
            response = self.get_response(request)
        if kept and request.method == "POST" and response.status_code < _REFUSED and request.user.is_authenticated:
            match = request.resolver_match
            person_id = match.kwargs.get("person_id") if match else None
            record_kept_texts(
                fields=kept, page=request.path, person_id=person_id, by=request.user.as_actor(), at=clock.now()
            )
        return response
