"""Feature: weights imported from a file: the settings that go with them, and where they came from."""
