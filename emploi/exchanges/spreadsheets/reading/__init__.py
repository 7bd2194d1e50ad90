"""Opening what people hand us: what it really is, its sheets, its rows of text."""
