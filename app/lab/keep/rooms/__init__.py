"""Rooms in which a class votes on a lesson's question: on disk, or in a server that replicas share."""
