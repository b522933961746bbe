"""`accounts`: forms of allauth to sign up and sign in. `profile`: forms of a person's profile and skills."""
