"""How the bytes of a format are laid out: read here, without decoding, to bound what decoding costs."""
