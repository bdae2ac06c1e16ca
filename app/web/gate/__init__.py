"""Who gets in, and when: limits, turns, kept answers."""
