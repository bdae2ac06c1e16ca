"""Addresses: parses them into states and builds them from states. All addresses are built here."""
