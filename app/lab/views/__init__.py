"""What the pages are given: frozen dataclasses of numbers, strings and tuples, one for each partial."""
