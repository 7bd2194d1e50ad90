"""Every block of a dossier as the payer sent it: found in the archived file, laid out in French, compared."""
