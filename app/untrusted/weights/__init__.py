"""Weight files of other programs to named tensors, read as data only; and arrays back to such a file."""
