"""What the desk decides to show: the next step of a person and who owes it."""
