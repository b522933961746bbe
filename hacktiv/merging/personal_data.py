"""The lines of mergings in the table of personal data."""

from hacktiv.common.personal_data import Merging, emptied, nothing, of_account, tied

ANOTHER = "it tells of another account"

LINES = [
    emptied("merging.Merging", "facts", found=of_account("kept"), why="keys of rows, without names", empty={}),
    nothing("merging.Merging", "rows", why="numbers of rows by table"),
]

TIES = [
    tied("merging.Merging", "kept", Merging.MOVED, exported="merged_accounts"),
    tied("merging.Merging", "merged_by", Merging.MOVED, why="who did it; the row is another's"),
    tied("merging.TwoPeople", "first second", Merging.JOINED, why=ANOTHER),
    tied("merging.TwoPeople", "decided_by", Merging.MOVED, why="who did it; the row is another's"),
]
