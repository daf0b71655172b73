"""What is printed in the languages of patients, and how a test reads it."""

import re
import string
import subprocess
import unicodedata

# What a reader of PDFs adds to text of two directions, and what is printed to keep it in order.
MARKS = re.compile("[\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
LOOSE = string.whitespace + "\xa0.,:،؛۔"


def activate(env, code, modules):
    """Let the language ``code`` be there with the words of ``modules``, as an administrator adds it."""
    languages = env["res.lang"].with_context(active_test=False)
    if not languages.search([("code", "=", code)]):
        languages.create({"name": code, "code": code, "iso_code": code[:2], "direction": "rtl", "active": True})
    languages._activate_lang(code)
    env["ir.module.module"]._load_module_terms(modules, [code])


def read(pdf, *options):
    """Return what poppler reads in ``pdf``."""
    command = ["pdftotext", *(options or ("-layout",)), "-enc", "UTF-8", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def squeezed(text):
    """Return the letters, numbers and brackets of ``text`` in their order.

    Of blanks, of what stands above letters, and of a comma between two directions poppler does not know the place.
    """
    letters = unicodedata.normalize("NFKD", MARKS.sub("", text))
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in LOOSE)
