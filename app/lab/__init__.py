"""What the product does, free of HTTP: engine and imaging in, views out."""
