"""Keeping openings and appointments within what a place can hold."""
