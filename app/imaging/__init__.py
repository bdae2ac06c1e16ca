"""Pixels to arrays and back: NumPy and Pillow. Knows neither convolution nor HTTP."""
