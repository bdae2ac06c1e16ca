"""Feature: what strongly excites a map, and what is sent back down from there."""
