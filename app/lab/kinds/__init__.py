"""Feature: the kinds of layers: what each costs, and the maps between the steps of a factored one."""
