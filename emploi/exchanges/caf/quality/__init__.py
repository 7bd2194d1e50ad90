"""Defects of the files received: found as dossiers are read, counted, shown, sent back to the payer."""
