"""The local app: an analysis, a programme and forms as pages."""

from csisem.app.local_server import page, serve

__all__ = ["page", "serve"]
