"""Files from strangers to arrays: nothing outside of this room reads a stranger's bytes."""
