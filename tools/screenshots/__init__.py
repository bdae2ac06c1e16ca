"""The pictures of the documents, made from the real pages: `make screenshots`."""
