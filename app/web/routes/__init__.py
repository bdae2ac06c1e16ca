"""The answers, by resource: each parses by its signature, asks the lab once and renders once."""
