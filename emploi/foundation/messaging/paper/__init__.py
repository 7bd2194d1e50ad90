"""Letters on paper between the screen and the letter box: which wait, which hurry, when they were posted."""

# Documents that prove what became of a registered letter.
REGISTERED_PROOF = "registered_proof"
