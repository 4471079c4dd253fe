"""The demo: a vendor with forty partners in twelve countries and eighteen months of history, made through the API."""

from deploy.demo.loading import load

__all__ = ["load"]
