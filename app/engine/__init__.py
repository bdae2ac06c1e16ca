"""The convolution engine: pure NumPy, no HTTP, no Pillow, no files, no globals."""
