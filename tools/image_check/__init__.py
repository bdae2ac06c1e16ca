"""Builds the container image where no engine runs, and uses it."""
