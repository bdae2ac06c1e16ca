"""Admits requests: size and rate limits, the queue, and cached answers."""
