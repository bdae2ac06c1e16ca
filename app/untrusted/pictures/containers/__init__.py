"""How the bytes of a format are laid out: read here, without decoding, for what decoders do not tell or take."""
