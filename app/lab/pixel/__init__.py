"""Feature: one pixel by hand, with its ledger."""
