"""Feature: the fold, one map from its contributions."""
