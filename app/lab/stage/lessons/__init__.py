"""The lessons: a question, a guess, and then the view that decides it."""
