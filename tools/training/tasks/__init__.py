"""What the stack may be trained to tell, so that tasks can be compared: `python -m tools.training.tasks`."""
