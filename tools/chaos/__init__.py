"""Senders that are slow, stalled, lying or endless; kill -9; a full disk."""
