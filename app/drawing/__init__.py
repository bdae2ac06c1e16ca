"""Values to pictures: colour maps, scales for the eye, sheets of tiles, PNG files. Knows no HTTP."""
