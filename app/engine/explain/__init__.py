"""What the arrays of a pass mean: folds, walls, ledgers, receptive fields, and how they agree."""
