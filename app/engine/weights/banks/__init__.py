"""The named banks of weights: each is made by a formula, tells how, and refuses shapes that it cannot fill."""
