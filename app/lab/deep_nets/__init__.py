"""Feature: a deep net layer by layer."""
