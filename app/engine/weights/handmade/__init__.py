"""The filters made by hand: 64 for layer 1, and 32 for layer 2 that are built on those 64."""
