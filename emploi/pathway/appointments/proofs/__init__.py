"""The proof file of a convocation: everything that was said, when it left, what came back, what followed."""
