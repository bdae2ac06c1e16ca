"""What a teacher adds: lessons of their own, and plans of a course, from files of a folder."""
