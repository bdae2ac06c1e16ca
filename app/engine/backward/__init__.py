"""The backward pass: adjoints, derivatives, gradients."""
