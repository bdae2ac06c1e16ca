"""The handmade filters: 64 for layer 1, and 32 for layer 2 that combine the maps of those 64."""
