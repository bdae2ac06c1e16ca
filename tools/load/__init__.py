"""A class of 200 that uploads at once, and 500 readers of one view."""
