"""Damaged files of every format, and made-up requests."""
