"""Answers to a fixed list of addresses, recorded once and compared later: a change of structure changes none."""
