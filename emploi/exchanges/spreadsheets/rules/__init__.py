"""Pure decisions about columns and values: no database, no clock, no file."""
