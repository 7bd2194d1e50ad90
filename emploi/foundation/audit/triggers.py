"""Triggers that refuse an anonymous write and keep the history of sensitive columns.

The actor is the setting `emploi.actor` of the transaction, set by `@action` (audit/writing.py).
"""

import pgtrigger

ACTOR = "NULLIF(current_setting('emploi.actor', true), '')"


def guarded(history: list[str]) -> list[pgtrigger.Trigger]:
    """The guard of a table and, for the columns named, their history."""
    triggers: list[pgtrigger.Trigger] = [guard()]
    if history:
        triggers.append(field_history(history))
    return triggers


def guard() -> pgtrigger.Trigger:
    """Refuses any write without a known actor; one check a statement, so that bulk loads stay fast."""
    return pgtrigger.Trigger(
        name="known_actor",
        when=pgtrigger.Before,
        level=pgtrigger.Statement,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF {ACTOR} IS NULL THEN
                RAISE EXCEPTION 'write on % without a known actor', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NULL;
        """,  # noqa: E501 - the text is kept by the migrations
    )


def field_history(columns: list[str]) -> pgtrigger.Trigger:
    """Writes one row of history for each named column that an update changes."""
    comparisons = "\n".join(
        f"""
            IF OLD.{column} IS DISTINCT FROM NEW.{column} THEN
                INSERT INTO audit_fieldchange (table_name, row_id, column_name, old, new, actor)
                VALUES (TG_TABLE_NAME, NEW.id, '{column}', OLD.{column}::text, NEW.{column}::text, {ACTOR});
            END IF;"""  # noqa: S608 - the columns are named by our own models
        for column in columns
    )
    return pgtrigger.Trigger(
        name="field_history",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf(*columns),
        func=f"{comparisons}\n            RETURN NULL;",
    )
