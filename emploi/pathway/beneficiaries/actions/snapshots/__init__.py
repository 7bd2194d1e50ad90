"""How a batch of dossiers becomes rows: read once, decide in memory, write in bulk. Private to `actions`."""
