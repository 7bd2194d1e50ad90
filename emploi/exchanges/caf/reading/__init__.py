"""The bytes of a file: its frame, its dossiers, its archive, what one dossier says."""
