"""Attacks on the promises: memory, CPU time, and the pages of another reader in the meantime."""
