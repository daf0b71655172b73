"""The glossary that translators rely on."""

import csv
from collections import Counter
from pathlib import Path

GLOSSARY = Path(__file__).resolve().parents[1] / "i18n" / "glossary.csv"
LANGUAGES = ("en", "ur", "fa", "ar", "uk", "nl")
# One block of letters that each language's words must hold: a translation in a wrong column shows.
LETTERS = {
    "ur": ("\u0600", "\u06ff"),
    "fa": ("\u0600", "\u06ff"),
    "ar": ("\u0600", "\u06ff"),
    "uk": ("\u0400", "\u04ff"),
}


def _rows() -> list[dict]:
    with GLOSSARY.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_term_has_every_language():
    rows = _rows()
    assert len(rows) >= 60
    missing = [(row["en"], language) for row in rows for language in LANGUAGES if not row[language].strip()]
    assert missing == []


def test_no_term_stands_twice():
    assert [term for term, count in Counter(row["en"] for row in _rows()).items() if count > 1] == []


def test_each_translation_is_written_in_its_language_s_letters():
    wrong = [
        (row["en"], language)
        for row in _rows()
        for language, (first, last) in LETTERS.items()
        if not any(first <= letter <= last for letter in row[language])
    ]
    assert wrong == []
