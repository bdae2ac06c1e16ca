"""Where the weights of a stack come from that no formula makes: what was trained, and what was imported."""
