"""Addresses: read into states, and built from them. Every address of the product is made here."""
