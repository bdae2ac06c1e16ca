"""Walks the main path in Firefox and WebKitGTK: `make browsers`."""
