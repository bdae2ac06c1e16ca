"""The forward pass: convolutions, activations, pools, and the recorded arrays of all of them."""
