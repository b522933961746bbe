"""The report in the formats people take away. Each writes the same dataclass in the active language."""
