"""What several features show: legends, places in a sheet, kernels, layer summaries, words for a stack."""
