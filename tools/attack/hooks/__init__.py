"""What is put into the worker processes of an attacked server."""
