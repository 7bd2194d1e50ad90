"""Pure decisions: facts and dated data in, results with their reasons out (no ORM, no clock, no I/O)."""
