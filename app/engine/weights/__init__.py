"""Weights that are computed by formula: named banks, random ones, the handmade filters, single kernels."""
