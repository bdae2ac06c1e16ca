"""Other packages save weights, which are imported here and compared with the packages' own outputs."""
