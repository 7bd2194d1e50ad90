"""Screens of steering."""
