"""Addresses of nothing."""

urlpatterns: list[object] = []
