"""Feature: the one layer that two linear layers equal."""
