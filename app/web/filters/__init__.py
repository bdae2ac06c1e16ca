"""Jinja filters: how the pages write what the views hold."""
