"""What is seen of a spreadsheet when it is deposited, and the choices made about it: sheet, titles, columns."""

from collections.abc import Mapping as MappingType
from datetime import datetime
from typing import Any

from emploi.exchanges.spreadsheets.engine.contents import check_columns, guess_columns
from emploi.exchanges.spreadsheets.engine.packing import pack, unpack
from emploi.exchanges.spreadsheets.enums import SheetContent
from emploi.exchanges.spreadsheets.events import SheetMappingSaved
from emploi.exchanges.spreadsheets.models import Mapping, SheetFile
from emploi.exchanges.spreadsheets.reading.tables import Sheet, Table
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.intake.models import Run


@action
def keep_inspection(
    *,
    run: Run,
    table: Table,
    mapping: Mapping | None = None,
    content: str = SheetContent.PEOPLE,
    by: Actor,
    at: datetime,
) -> SheetFile:
    """Keeps what was seen of the file, and the best guess about it."""
    sheet = _sheet_of(table, mapping)
    found, _ = SheetFile.objects.update_or_create(
        run=run,
        defaults={
            "content": content,
            "file_format": table.file_format,
            "encoding": table.shape.encoding if table.shape else "",
            "delimiter": table.shape.delimiter if table.shape else "",
            "seen": pack([_seen(one) for one in table.sheets]),
            "sheet": sheet.name[:120],
            "header_row": sheet.header_row,
            "columns": guess_columns(content, sheet.header(sheet.header_row), mapping.columns if mapping else None),
            "mapping": mapping,
        },
    )
    return found


@action
def choose_sheet(*, sheet: SheetFile, name: str, header_row: int, by: Actor, at: datetime) -> None:
    """Reads another sheet, or takes another row for the titles; the columns are guessed again."""
    seen = next((one for one in sheets_of(sheet) if one.name == name), None)
    if seen is None:
        raise DomainError("Cette feuille n’existe pas dans le fichier.", field="sheet")
    header = seen.header(header_row)
    if not header:
        raise DomainError(
            "Cette ligne est vide : indiquez celle qui porte les titres des colonnes.", field="header_row"
        )
    sheet.sheet, sheet.header_row, sheet.columns = name, header_row, guess_columns(sheet.content, header)
    sheet.columns_confirmed, sheet.mapping = False, None
    sheet.save(update_fields=["sheet", "header_row", "columns", "columns_confirmed", "mapping"])


@action
def use_mapping(*, sheet: SheetFile, mapping: Mapping, by: Actor, at: datetime) -> None:
    """Takes the columns of a saved mapping."""
    seen = seen_sheet(sheet)
    sheet.columns = guess_columns(sheet.content, seen.header(sheet.header_row), mapping.columns)
    sheet.mapping = mapping
    sheet.columns_confirmed = False
    sheet.save(update_fields=["columns", "mapping", "columns_confirmed"])


@action
def confirm_columns(*, sheet: SheetFile, columns: MappingType[str, int], by: Actor, at: datetime) -> None:
    """Keeps which column is what, as an agent confirmed it."""
    check_columns(sheet.content, columns)
    sheet.columns, sheet.columns_confirmed = dict(columns), True
    sheet.save(update_fields=["columns", "columns_confirmed"])


@action
def save_mapping(*, sheet: SheetFile, name: str, organization_id: int | None, by: Actor, at: datetime) -> Mapping:
    """Keeps the columns of a file under a name; the same name again makes its next version."""
    titles = seen_sheet(sheet).header(sheet.header_row)
    columns = {slug: titles[position] for slug, position in sheet.columns.items() if position < len(titles)}
    kept = Mapping.objects.filter(organization=organization_id, content=sheet.content, name=name)
    last = kept.order_by("-version").first()
    if last is not None and last.columns == columns:
        return last
    mapping = Mapping.objects.create(
        organization_id=organization_id,
        content=sheet.content,
        name=name,
        version=last.version + 1 if last else 1,
        columns=columns,
        sheet=sheet.sheet,
        created_at=at,
        created_by_label=by.label[:120],
    )
    sheet.mapping = mapping
    sheet.save(update_fields=["mapping"])
    publish(SheetMappingSaved(mapping_id=mapping.pk, name=name, version=mapping.version), by=by, at=at)
    return mapping


def sheets_of(sheet: SheetFile) -> list[Sheet]:
    """The sheets as they were seen when the file was deposited."""
    return [_sheet(one) for one in unpack(sheet.seen)]


def seen_sheet(sheet: SheetFile) -> Sheet:
    """The chosen sheet as it was seen."""
    found = next((one for one in sheets_of(sheet) if one.name[:120] == sheet.sheet), None)
    if found is None:
        raise DomainError("Cette feuille n’existe pas dans le fichier.")
    return found


def _sheet_of(table: Table, mapping: Mapping | None) -> Sheet:
    wanted = next((one for one in table.sheets if mapping and mapping.sheet and one.name == mapping.sheet), None)
    return wanted or table.best()


def _seen(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "first": [list(line) for line in sheet.first],
        "height": sheet.height,
        "header_row": sheet.header_row,
        "score": sheet.score,
        "visible": sheet.visible,
    }


def _sheet(seen: dict[str, Any]) -> Sheet:
    first = tuple((number, cells) for number, cells in seen["first"])
    return Sheet(seen["name"], first, seen["height"], seen["header_row"], seen["score"], seen["visible"])
