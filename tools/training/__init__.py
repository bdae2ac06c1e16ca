"""What is computed before the server runs, and kept as numbers. The server never imports it."""
