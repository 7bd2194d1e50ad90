"""Forms of the spreadsheets: the file, its sheet, its columns, one line to correct, the decision."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from openpyxl.utils import get_column_letter

from emploi.exchanges.spreadsheets.engine.contents import Content
from emploi.exchanges.spreadsheets.models import Mapping
from emploi.exchanges.spreadsheets.reading.tables import Sheet

MEGABYTE = 1024 * 1024
CELL_MAX = 2000


class DepositForm(forms.Form):
    """One spreadsheet, and the day the Département received it."""

    file = forms.FileField(
        label="Tableur",
        help_text="Fichier CSV, Excel (.xlsx, .xls) ou LibreOffice (.ods). Vous pouvez le faire glisser sur ce champ.",
        error_messages={
            "required": "Choisissez un fichier.",
            "missing": "Choisissez un fichier.",
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
            "invalid": "Le fichier n’est pas arrivé. Recommencez.",
        },
    )
    received_on = forms.DateField(
        label="Reçu le",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Le jour où le Département a reçu cette liste : les délais des nouveaux entrants partent de ce jour. "
        "Laissez vide pour aujourd’hui.",
        error_messages={"invalid": "Écrivez la date comme ceci : 05/11/2026."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_file(self) -> Any:
        """No file beyond what the product is sized for."""
        upload = self.cleaned_data["file"]
        if upload.size > settings.UPLOAD_MAX_BYTES:
            most = settings.UPLOAD_MAX_BYTES // MEGABYTE
            raise forms.ValidationError(f"Ce fichier est trop lourd : {most} Mo au plus.")
        return upload

    def clean_received_on(self) -> date | None:
        """A file was not received tomorrow."""
        day: date | None = self.cleaned_data["received_on"]
        if day and day > self.today:
            raise forms.ValidationError("Cette date est dans le futur.")
        return day


class SheetForm(forms.Form):
    """Which sheet, and the row of its titles."""

    sheet = forms.ChoiceField(label="Feuille", required=False)
    header_row = forms.IntegerField(
        label="Ligne des titres",
        min_value=1,
        max_value=500_000,
        error_messages={"required": "Indiquez la ligne des titres.", "invalid": "Indiquez un numéro de ligne."},
    )

    def __init__(self, *args: Any, sheets: Sequence[Sheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(sheet.name, sheet.name if sheet.visible else f"{sheet.name} (masquée)") for sheet in sheets]
        self.fields["sheet"].choices = choices
        if len(sheets) == 1:
            self.fields["sheet"].widget = forms.HiddenInput()


class MappingForm(forms.Form):
    """A saved mapping to use."""

    mapping = forms.ModelChoiceField(
        label="Correspondance enregistrée",
        empty_label="Choisissez",
        queryset=Mapping.objects.none(),
        error_messages={"required": "Choisissez une correspondance.", "invalid_choice": "Elle n’existe plus."},
    )

    def __init__(self, *args: Any, mappings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mapping"].queryset = mappings


class ColumnsForm(forms.Form):
    """What each column of the file is; a field of ours serves once."""

    name = forms.CharField(
        label="Garder cette correspondance sous le nom",
        max_length=80,
        required=False,
        help_text="Par exemple « Liste mensuelle du pôle » : le prochain fichier de même forme se lira tout seul.",
    )

    def __init__(
        self, *args: Any, header: Sequence[str], samples: Sequence[Sequence[str]], content: Content, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.content = content
        if not content.keeps_mappings:
            del self.fields["name"]  # a stock is taken over once: its columns are not worth keeping
        self.width = max([len(header), *map(len, samples)])
        self.header = [*header, *[""] * (self.width - len(header))]
        self.samples = samples
        choices = [("", "Ne pas reprendre"), *((field.slug, field.label) for field in content.fields)]
        for position in range(self.width):
            letter = get_column_letter(position + 1)
            title = self.header[position] or "sans titre"
            self.fields[f"c{position}"] = forms.ChoiceField(
                label=f"Colonne {letter} : {title}", choices=choices, required=False
            )

    def rows(self) -> list[tuple[str, str, list[str], forms.BoundField]]:
        """Each column: letter, title, samples, its choice."""
        return [
            (
                get_column_letter(position + 1),
                self.header[position],
                [line[position] for line in self.samples if position < len(line) and line[position]],
                self[f"c{position}"],
            )
            for position in range(self.width)
        ]

    def columns(self) -> dict[str, int]:
        """Field → position."""
        chosen = ((self.cleaned_data.get(f"c{n}"), n) for n in range(self.width))
        return {str(slug): n for slug, n in chosen if slug}

    def clean(self) -> dict[str, Any]:
        """Refuse a field chosen for two columns."""
        data = super().clean() or self.cleaned_data
        taken: dict[str, int] = {}
        for position in range(self.width):
            slug = data.get(f"c{position}")
            if not slug:
                continue
            if slug in taken:
                letter = get_column_letter(taken[slug] + 1)
                self.add_error(
                    f"c{position}",
                    f"« {self.content.label_of(slug)} » est déjà la colonne {letter}. Choisissez autre chose.",
                )
            taken.setdefault(slug, position)
        return data


class LineForm(forms.Form):
    """One line, cell by cell, as it will be read."""

    def __init__(
        self, *args: Any, columns: dict[str, int], cells: Sequence[str], content: Content, **kwargs: Any
    ) -> None:
        initial = {slug: cells[n] for slug, n in columns.items() if n < len(cells)}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.columns, self.cells = columns, list(cells)
        for field in content.fields:
            if field.slug not in columns:
                continue
            self.fields[field.slug] = forms.CharField(
                label=field.label,
                required=False,
                max_length=CELL_MAX,
                help_text=f"Exemple : {field.example}" if field.example else "",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                error_messages={"max_length": "Ce texte est trop long."},
            )

    def corrected(self) -> list[str]:
        """The cells of the line, corrected."""
        width = max([len(self.cells), *(position + 1 for position in self.columns.values())])
        cells = [*self.cells, *[""] * (width - len(self.cells))]
        for slug, position in self.columns.items():
            cells[position] = self.cleaned_data.get(slug, "")
        return cells


class DecisionForm(forms.Form):
    """The last word before the lines are recorded."""

    overwrite = forms.BooleanField(
        label="Remplacer aussi les valeurs saisies par un agent ou envoyées par la caisse",
        required=False,
        help_text="Sans cette case, elles sont gardées : la liste « Valeurs gardées » les montre une par une.",
    )
