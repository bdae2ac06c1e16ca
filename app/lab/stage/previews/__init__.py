"""The picture of a whole view, for sites that show links."""
