"""The lines of mailings in the table of personal data."""

from hacktiv.common.personal_data import Merging, by_hand, deleted, nothing, of_account, of_address, tied

LINES = [
    deleted(
        "mailings.MailingRecipient",
        "email name language",
        found=of_account("user") | of_address("email", "mailing__made_at"),
        exported="mailings",
    ),
    by_hand("mailings.MailingText", "subject text", why="words of the space's managers to many people"),
    nothing("mailings.Mailing", "selection left_out", why="numbers and codes of the software"),
]

TIES = [
    tied("mailings.Mailing", "author", Merging.MOVED, why="who wrote it; the row is the space's"),
    tied(
        "mailings.MailingRecipient",
        "user",
        Merging.JOINED,
        exported="mailings",
        why="one in each mailing: that of the mail that has left, else of the account that stays",
    ),
    tied("mailings.MailingRecipient", "email", Merging.KEPT, exported="mailings", why="found by the earlier address"),
]
