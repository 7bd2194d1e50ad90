"""Who waits for an answer, and who is left alone for now."""
