"""The app: an analysis, a programme and its forms on a local page."""

from csisem.app.local_server import page, serve

__all__ = ["page", "serve"]
