"""The flows of debts (VRSC0201) and accounts (VRSF0501): written from their published trees, no real file seen yet."""
