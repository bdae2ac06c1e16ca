"""Replicas, a proxy and a store on one machine, each ended under load."""
