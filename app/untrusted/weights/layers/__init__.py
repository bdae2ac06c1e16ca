"""The operations of a description to two layers of the stack: found, paired, followed, and their values."""
