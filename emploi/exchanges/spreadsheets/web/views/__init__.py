"""Screens of the spreadsheets."""
