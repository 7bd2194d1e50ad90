"""What the worker does by itself: each app's `tasks` module, already loaded with the app."""

from procrastinate import App


def register(app: App) -> None:
    """Nothing to add: tasks declare their own periodicity where they are written."""
