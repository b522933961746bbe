"""Write the report in the formats that people download, each from the same dataclass, in the active language."""
