"""What the operator can see of each request: log, metrics, Server-Timing."""
