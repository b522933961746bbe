import pytest

from hacktiv.common.text import fold, searched_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Cœur-de-Bœuf", "coeur de boeuf"),
        ("  LEFÈVRE, Élodie ", "lefevre elodie"),
        ("Łódź_2026 · Straße", "lodz 2026 strasse"),
        ("ﬁn", "fin"),
        ("𝐌𝐚𝐫𝐢𝐞 M⃝arie", "marie marie"),
        ("!?", ""),
        ("रीता · राती", "रीता राती"),
        ("مُحَمَّد", "محمد"),
        ("Mia\u200b Pee\u202eters", "mia peeters"),
    ],
)
def test_folded_text_keeps_plain_words_and_numbers(text, folded):
    assert fold(text) == folded


def test_search_reads_six_words_at_most():
    assert searched_words("  a b\tc d e f g ") == ["a", "b", "c", "d", "e", "f"]
