"""The accent colour and the logo of the Département in force."""

from __future__ import annotations

import mimetypes

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from emploi.foundation import department
from emploi.foundation.access import public
from emploi.foundation.ui.colours import accent_palette

ONE_DAY = "public, max-age=86400"


@public
@require_safe
def accent(request: HttpRequest) -> HttpResponse:
    """Return the few variables that carry the Département's colour."""
    palette = accent_palette(department.identity().accent)
    lines = "".join(f"  --{name}: {value};\n" for name, value in palette.items())
    response = HttpResponse(f":root {{\n{lines}}}\n", content_type="text/css; charset=utf-8")
    response["Cache-Control"] = ONE_DAY
    return response


@public
@require_safe
def logo(request: HttpRequest) -> FileResponse:
    """Return the logo kept in the Département's folder."""
    name = department.identity().logo
    if not name or not department.has(name):
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse((department.folder() / name).open("rb"), content_type=kind)
    response["Cache-Control"] = ONE_DAY
    return response
