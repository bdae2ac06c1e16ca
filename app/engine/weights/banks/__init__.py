"""The named banks of weights. Each is computed by formula, describes how, and refuses shapes it cannot fill."""
