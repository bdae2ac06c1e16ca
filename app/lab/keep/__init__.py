"""What is kept: samples, uploads, imported weights, the stores behind them, and a cache bounded in bytes."""
