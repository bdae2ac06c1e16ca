"""A stated graph made simpler: constants folded, biases and padding joined, and what follows what."""
