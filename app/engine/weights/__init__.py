"""Weights that a formula makes: named banks, random starts, the filters made by hand, single kernels."""
