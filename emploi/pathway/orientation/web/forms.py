"""Forms of the interview and of the decisions: shape only, the actions decide."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Case, IntegerField, QuerySet, Value, When

from emploi.foundation import department
from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.appointments.enums import Modality as HowToMeet
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import permissions, queries
from emploi.pathway.orientation.enums import (
    CHOSEN_MEANS,
    Decider,
    LegalPath,
    NotificationMeans,
    OpinionChoice,
    Severity,
)
from emploi.pathway.orientation.models import Modality
from emploi.pathway.orientation.queries import Shown
from emploi.pathway.orientation.rules.brakes import BrakeKind
from emploi.pathway.orientation.rules.questionnaire import MAX_TEXT, Question, Section
from emploi.territory.agents.models import Agent
from emploi.territory.geography.models import Place
from emploi.territory.organizations.models import Organization

NO_ANSWER = ("", "Pas de réponse")


class SectionForm(forms.Form):
    """The questions of one section; every one may stay without an answer."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, section: Section, known: dict[str, Shown], *args: Any, sees_health: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.questions = [item for item in section.questions if _may_show(item, known, sees_health)]
        self.hidden_count = len(section.questions) - len(self.questions)
        for question in self.questions:
            self.fields[question.slug] = _field(question)
            shown = known.get(question.slug)
            self.initial.setdefault(question.slug, shown.value if shown else None)
        self.initial.setdefault("seen", max((shown.id for shown in known.values()), default=0))

    def answers(self) -> dict[str, Any]:
        """Return the cleaned answers of the questions shown."""
        return {question.slug: self.cleaned_data.get(question.slug) for question in self.questions}

    def confirmed(self) -> set[str]:
        """Return the known answers the person says are still true."""
        return set(self.data.getlist("confirm")) if hasattr(self.data, "getlist") else set()


def _may_show(question: Question, known: dict[str, Shown], sees_health: bool) -> bool:
    if sees_health or not question.sensitive:
        shown = known.get(question.slug)
        return sees_health or shown is None or not question.is_sensitive(shown.value)
    return False


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": False}
    if question.type == "choices":
        return forms.MultipleChoiceField(choices=question.choices, widget=forms.CheckboxSelectMultiple, **common)
    if question.type == "number":
        return forms.IntegerField(min_value=0, max_value=question.maximum or 99, **common)
    if question.type == "text":
        return FreeTextField(may_say_health=True, max_length=MAX_TEXT, **common)
    return forms.ChoiceField(choices=[*question.choices, NO_ANSWER], widget=forms.RadioSelect, **common)


class WalkInForm(forms.Form):
    """Where and how a person is received who has no appointment today (RG-08: on the spot, or a written reason)."""

    place = forms.ModelChoiceField(
        label="Où vous la recevez",
        queryset=Place.objects.none(),
        empty_label=None,
        error_messages={"required": "Choisissez le lieu.", "invalid_choice": "Choisissez un lieu ouvert."},
    )
    modality = forms.ChoiceField(
        label="Comment",
        choices=HowToMeet.choices,
        initial=HowToMeet.PHYSICAL,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si la personne est sur place."},
    )
    modality_reason = FreeTextField(
        label="Pourquoi à distance",
        required=False,
        max_length=200,
        help_text="À remplir seulement si la personne n’est pas sur place. N’écrivez rien sur sa santé.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = Place.objects.active().select_related("commune")  # type: ignore[attr-defined]


class RightsForm(forms.Form):
    """The proof that rights and duties were presented (RG-14, T07)."""

    HOW = (
        ("read_together", "Nous avons lu le texte ensemble"),
        ("explained", "Je l’ai expliqué avec mes mots"),
        ("interpreter", "Avec un interprète"),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label="Comment les droits et les devoirs ont été présentés", choices=HOW, widget=forms.RadioSelect
    )
    paper = forms.BooleanField(label="La personne a reçu le texte sur papier", required=False)
    understood = forms.BooleanField(
        label="La personne dit avoir compris",
        error_messages={"required": "Ne terminez pas cette étape tant que la personne n’a pas dit avoir compris."},
    )


class KeepsHealthWords(forms.Form):
    """The box that keeps a text warned about, shown with the warning only."""

    keeps_health_words = forms.BooleanField(label="Je garde ce texte tel quel", required=False)

    @property
    def is_warned(self) -> bool:
        """Tell whether the warning was given."""
        return "keeps_health_words" in self.errors or bool(self["keeps_health_words"].value())


class LeaveForm(KeepsHealthWords):
    """Why a step stays open, and who comes back to it."""

    reason = forms.CharField(label="Pourquoi", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(label="Qui s’en occupe", queryset=Agent.objects.none(), empty_label=None)

    def __init__(self, person_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = permissions.may_come_back_to(person_id)


class BrakeForm(forms.Form):
    """One difficulty in the person's words."""

    kind = forms.CharField(widget=forms.HiddenInput)
    subtype = forms.ChoiceField(label="Plus précisément", required=False)
    severity = forms.TypedChoiceField(
        label="Est-ce que cela…",
        choices=[(value, label.lower()) for value, label in Severity.choices],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si cela gêne un peu, beaucoup, ou bloque."},
    )
    wants_help = forms.BooleanField(label="La personne veut de l’aide", required=False)
    note = FreeTextField(may_say_health=True, label="Ce que dit la personne", max_length=MAX_TEXT, required=False)

    def __init__(self, kind: BrakeKind, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{kind.slug}_%s")
        super().__init__(*args, **kwargs)
        self.brake = kind
        self.fields["kind"].initial = kind.slug
        choices = [("", "Sans précision"), *((item.slug, item.label) for item in kind.subtypes)]
        self.fields["subtype"].choices = choices


class BodyField(forms.ModelChoiceField):
    """The bodies that may lead the pathway: those that know the situation first, those without a place last.

    Two people read it: "complet" is said, never a number.
    """

    def __init__(self, bodies: QuerySet[Organization], full: Collection[int], specialised: Collection[int]) -> None:
        self.full = set(full) & set(bodies.values_list("pk", flat=True)) if full else set()
        self.specialised = set(specialised)
        rank = Case(
            When(pk__in=self.full, then=Value(2)),
            When(pk__in=self.specialised, then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        )
        ordered = bodies.annotate(rank=rank).order_by("rank", *bodies.query.order_by)
        super().__init__(ordered, label="Qui accompagne la personne", empty_label=None)

    def label_from_instance(self, body: Any) -> str:
        """Name the body."""
        words = ["complet"] * (body.pk in self.full) + ["connaît cette situation"] * (body.pk in self.specialised)
        return f"{body.name} ({', '.join(words)})" if words else str(body.name)


class DecisionForm(KeepsHealthWords):
    """The pathway chosen with the person, the body, and what she thinks of it."""

    responsible_organization = forms.ModelChoiceField(queryset=Organization.objects.none())
    knows_it_is_full = forms.BooleanField(
        label="Cet organisme est complet, et il a accepté de prendre cette personne", required=False
    )
    is_joint = forms.BooleanField(
        label="Accompagnement global : un conseiller France Travail suit aussi la personne", required=False
    )
    referent = forms.ModelChoiceField(
        label="Référent, s’il est déjà connu",
        queryset=Agent.objects.none(),
        required=False,
        empty_label="Il sera nommé par l’organisme",
    )
    opinion = forms.ChoiceField(
        label="La personne est…",
        choices=[choice for choice in OpinionChoice.choices if choice[0] != OpinionChoice.NO_OPINION]
        + [(OpinionChoice.NO_OPINION, "Ne se prononce pas")],
        widget=forms.RadioSelect,
        error_messages={"required": "Demandez à la personne ce qu’elle en pense."},
    )
    person_opinion = forms.CharField(
        label="Ce que dit la personne", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    override_reason = forms.CharField(
        label="Pourquoi une autre voie que la première proposée",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    decider = forms.ChoiceField(
        label="Qui décide",
        choices=Decider.choices,
        widget=forms.RadioSelect,
        initial=Decider.DEPARTEMENT,
        required=False,
    )
    decided_on = forms.DateField(
        label="Décidée par France Travail le",
        required=False,
        help_text="Seulement si France Travail a décidé.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez le jour comme 24/11/2026."},
    )
    knows_it_is_late = forms.BooleanField(
        label="J’ai vérifié avec France Travail : aucune orientation n’a été décidée par France Travail", required=False
    )
    proposal = forms.IntegerField(widget=forms.HiddenInput, required=False)
    previous = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        modality: Modality,
        entry: Entry,
        *args: Any,
        is_first: bool,
        is_late: bool,
        today: date,
        publics: Sequence[queries.InPublic] = (),
        is_theirs_to_record: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        bodies = queries.responsible_bodies(modality, entry)
        specialised = {pk for public in publics for pk in public.bodies}
        full = queries.full_bodies(modality, entry, today)
        self.fields["responsible_organization"] = BodyField(bodies, full, specialised)
        if not full:
            del self.fields["knows_it_is_full"]
        if modality.legal_path != LegalPath.SOCIAL:
            del self.fields["is_joint"]
        self.fields["referent"].queryset = queries.possible_referents(modality)
        if is_first:
            del self.fields["override_reason"]
        if not is_late:
            del self.fields["knows_it_is_late"]
        if not is_late and not is_theirs_to_record:
            del self.fields["decider"], self.fields["decided_on"]
        else:
            ours = department.identity().authority
            choices = [(Decider.DEPARTEMENT, f"{ours[:1].upper()}{ours[1:]}"), *Decider.choices[1:]]
            self.fields["decider"].choices = choices  # type: ignore[attr-defined]

    def decide_by_default(self, kinds: Collection[str]) -> None:
        """Keep the bodies the law allows by default; the person was not there to say what she thinks."""
        for name in ("opinion", "person_opinion", "override_reason"):
            self.fields.pop(name, None)
        if kinds:
            body = self.fields["responsible_organization"]
            body.queryset = body.queryset.filter(kind__in=kinds)  # type: ignore[attr-defined]

    @property
    def is_theirs(self) -> bool:
        """Tell whether the form records a decision of France Travail."""
        return "decider" in self.fields and self.data.get(self.add_prefix("decider")) == Decider.FRANCE_TRAVAIL


class ObjectiveForm(forms.Form):
    """One line of the contrat d'engagement d'orientation."""

    WHO = (("person", "Vous"), ("officer", "Le Département"))
    text = forms.CharField(label="Engagement", max_length=300, required=False)
    who = forms.ChoiceField(label="Qui", choices=WHO)
    by = forms.CharField(label="Quand", max_length=60, required=False)


class OutsideForm(forms.Form):
    """The appointment another body gave, its agenda not being ours."""

    on = forms.DateField(label="Jour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = FreeTextField(label="Heure", max_length=20, required=False)
    where = FreeTextField(label="Où et avec qui", max_length=300)


class DayInput(forms.DateInput):
    """A day, picked or typed."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class NotifyForm(forms.Form):
    """How the decision is given to the person; the day counts for a decision handed over."""

    means = forms.ChoiceField(
        label="Comment",
        choices=CHOSEN_MEANS,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites comment la décision est remise."},
    )
    on = forms.DateField(
        label="Remise le",
        required=False,
        help_text="Pour une remise en main propre. Une lettre est notifiée le jour où elle est imprimée.",
        widget=DayInput,
        error_messages={"invalid": "Écrivez le jour comme 24/11/2026."},
    )


class NotifiedForm(forms.Form):
    """The day a letter was posted, or received against a signature."""

    on = forms.DateField(
        widget=DayInput,
        error_messages={"required": "Indiquez le jour.", "invalid": "Écrivez le jour comme 24/11/2026."},
    )

    def __init__(self, means: str, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "noted_%s")
        super().__init__(*args, **kwargs)
        signed = means == NotificationMeans.REGISTERED
        self.fields["on"].label = "Reçue le, sur l’avis de réception" if signed else "Postée le"


class ContractForm(forms.Form):
    """The day the new contrat d'engagement was signed."""

    on = forms.DateField(
        label="Signé le",
        widget=DayInput,
        error_messages={"required": "Indiquez le jour.", "invalid": "Écrivez le jour comme 24/11/2026."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "contract_%s")
        super().__init__(*args, **kwargs)


class SentForm(forms.Form):
    """The day the chosen decisions were sent to France Travail."""

    on = forms.DateField(label="Envoyées le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
