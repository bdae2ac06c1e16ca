"""Feature: the grid of maps of a layer, one map with its filter, and a kernel set by hand."""
