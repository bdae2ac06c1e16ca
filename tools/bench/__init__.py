"""Measures the server next to what a reader would use instead."""
