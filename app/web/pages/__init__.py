"""The routes, one file a feature: each parses by its signature, asks the lab once, renders once."""
