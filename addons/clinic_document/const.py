"""How much of a document is taken, and what is made of its name."""

import re
import unicodedata

MOST_PAGES = 300
MOST_TITLE = 120
VARIANT = "file"
TYPES = [("pdf", "PDF"), ("jpeg", "Picture")]
MIMES = {"pdf": "application/pdf", "jpeg": "image/jpeg"}

# Joins letters in Persian and Urdu; all other characters that are not seen are left out of a title.
JOINERS = "\u200c\u200d"


def clean_title(text):
    """Return ``text``, which may be the name of a file, as a title: one line, without a path and what is not seen."""
    text = re.split(r"[/\\]", text)[-1] or text
    seen = (
        char if char in JOINERS or unicodedata.category(char)[0] != "C" else " " if char.isspace() else ""
        for char in text
    )
    words = " ".join("".join(seen).split())
    return words[:MOST_TITLE].strip(f" .{JOINERS}")
