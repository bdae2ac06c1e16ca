"""What a view needs as one file: its pictures and values, small enough together."""
