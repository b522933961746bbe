"""Save the platform into one file, and restore it from there: database, public files and private files."""
