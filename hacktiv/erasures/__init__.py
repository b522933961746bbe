"""Remember which erasures were made, by random keys alone, so that a restore can make them again."""
