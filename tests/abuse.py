"""Values that nobody should send, by their kind."""

HTML = """<script>alert("x")</script>'"><b onmouseover=x>"""
EMOJI = "🦫 été 🥾 \u202egnirts \u0301"
ABUSE = {
    "nothing": "",
    "ten thousand characters": "x" * 10_000,
    "HTML": HTML,
    "a number that nobody has": "999999",
    "a huge number": "9" * 40,
    "a negative number": "-1",
    "no number": "not-a-number",
    "a NUL": "a\x00b",
    "control characters": "a\x1b[2Jb",
    "emoji and marks": EMOJI,
    "a day in the past": "2020-01-01",
    "a day that is none": "2027-02-30",
    "the end of time": "9999-12-31",
    "an hour that is none": "25:99",
    "a template": "{{ 7|add:7 }}{% now 'Y' %}",
    "a formula": "=cmd|'/c calc'!A1",
    "an address longer than mail carries": "a" * 60 + "@" + ".".join(["b" * 60] * 4),
    "an address with an accent": "zoé@ardenne.example",
    "a header": "a@example.org\r\nBcc: b@example.org",
}

# Each of these breaks a form in a way of its own. The long profile tries all kinds.
WORST = {
    "nothing",
    "ten thousand characters",
    "HTML",
    "a huge number",
    "a NUL",
    "a day in the past",
    "the end of time",
    "an address longer than mail carries",
}
