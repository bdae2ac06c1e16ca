"""Views in other pages: which can be shown there, how they are framed, shared and named."""
