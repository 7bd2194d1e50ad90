"""The mill: one file at a time, its dossiers read ahead, applied by batches, counted."""
