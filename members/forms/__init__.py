"""`accounts`: signing up and in, with allauth. `profile`: what people tell of themselves."""
