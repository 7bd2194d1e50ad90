"""Calendars kept elsewhere: reading the busy times of an agent's, giving ours to it."""
