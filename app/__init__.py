"""Convfold: see what a convolution layer does to your own picture."""

__version__ = "0.2.0"
