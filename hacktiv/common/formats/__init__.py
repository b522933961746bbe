"""The form in which dates, hours and numbers are written and read, where it is not as Django has it for a language."""
