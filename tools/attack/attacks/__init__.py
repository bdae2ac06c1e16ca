"""The attacks: each is a function whose docstring says what it sends."""
