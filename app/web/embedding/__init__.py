"""Views in other pages: which views can be embedded, and how they are framed, shared and named."""
