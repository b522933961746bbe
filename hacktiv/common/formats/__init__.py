"""How dates, hours and numbers are written and read in forms, where it is not as Django has it for a language."""
