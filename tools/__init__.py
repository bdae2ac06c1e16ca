"""Commands for developers: they measure, attack, train and compare. The server and its image do without them."""
