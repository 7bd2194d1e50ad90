"""How two records become one and part again: rows found by introspection, moved, kept in mind. Private to `actions`."""
