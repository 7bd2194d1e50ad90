"""The work lists of the secretaries: what each holds, how it is narrowed, sorted and carried away."""
