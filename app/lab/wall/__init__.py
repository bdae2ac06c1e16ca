"""Feature: the wall, all contributions of a layer at once."""
