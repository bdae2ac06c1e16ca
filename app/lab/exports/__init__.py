"""What a reader takes along: code, a notebook, a spreadsheet, tables, weights, a figure."""
