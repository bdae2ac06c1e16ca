"""What a state computes: passes kept layer by layer, folds, walls, and the memory and the slots for them."""
