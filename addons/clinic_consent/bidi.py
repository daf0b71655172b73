"""Text in which two directions meet, such that every engine shows and prints it alike.

wkhtmltopdf knows no isolates: what is written from left to right within a right-to-left text is kept together by an
element with its direction and a mark on both sides, and a bracket is held by marks of the text's own direction.
"""

import re

from lxml import html
from markupsafe import Markup

LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"
ARABIC = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
BRACKET = re.compile(rf"{RIGHT_TO_LEFT_MARK}?([()\[\]]){RIGHT_TO_LEFT_MARK}?")
# No XML holds them.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_WORD, _BETWEEN = "0-9A-Za-zÀ-ɏµ", "®™²³°%/.,:;'’&@_#=*+× \\-"
# Latin letters and European digits, and what stands between them. Persian and Arabic digits are none of them: they
# keep their order by themselves.
RUN = re.compile(rf"\+?[{_WORD}](?:[{_WORD}{_BETWEEN}]*[{_WORD}®™²³°%+])?")
UNIT, DIGITS = re.compile("[A-Za-zÀ-ɏµ%°]"), re.compile(r"\+?\d+(?:[ -]\d+)+")
LEAST_DIGITS = 6
# What is longer may break over lines.
ONE_LINE = 40


def shown(value, rtl: bool) -> list:
    """Return the pieces, strings and elements, that show ``value``: a name, a number or a date within another text."""
    value = CONTROL.sub("", value)
    if not value:
        return []
    if rtl and not ARABIC.search(value):
        return [_held(value)]
    element = html.Element("span", {"dir": "auto"})
    element.text = hold_brackets(value) if rtl else value
    return [element]


def prose(text, rtl: bool) -> list:
    """Return the pieces that show ``text``, which somebody has written in the language of the page."""
    text = CONTROL.sub("", text)
    if not rtl:
        return [text]
    pieces, last = [], 0
    for run in RUN.finditer(text):
        if _needs_hold(run[0]):
            pieces += [hold_brackets(text[last : run.start()]), _held(run[0])]
            last = run.end()
    return [*pieces, hold_brackets(text[last:])]


def line(text, rtl: bool) -> list:
    """Return the pieces that show ``text``, a title or an answer that stands by itself, in whatever language it is."""
    return prose(text, rtl) if ARABIC.search(text) else shown(text, rtl)


def markup(pieces) -> Markup:
    """Return ``pieces`` as HTML."""
    root = html.Element("div")
    put(root, 0, pieces)
    text = html.tostring(root, encoding="unicode")
    # Serialised from elements, in which all text is escaped.
    return Markup(text[len("<div>") : -len("</div>")])  # noqa: S704


def put(parent, place, pieces):
    """Put ``pieces`` into ``parent``, before its child number ``place``."""
    for piece in pieces:
        if not isinstance(piece, str):
            parent.insert(place, piece)
            place += 1
        elif place:
            parent[place - 1].tail = (parent[place - 1].tail or "") + piece
        else:
            parent.text = (parent.text or "") + piece


def _held(value):
    element = html.Element("span", {"dir": "ltr"})
    if len(value) <= ONE_LINE:
        element.set("style", "white-space:nowrap")
    element.text = f"{LEFT_TO_RIGHT_MARK}{value}{LEFT_TO_RIGHT_MARK}"
    return element


def _needs_hold(run):
    """Return whether ``run`` would be turned round: words, amounts with a unit, phone numbers; not a number alone."""
    if UNIT.search(run):
        return True
    return bool(DIGITS.fullmatch(run)) and sum(map(str.isdigit, run)) >= LEAST_DIGITS


def hold_brackets(text):
    """Return ``text``, which is written from right to left, with each bracket held in its direction."""
    return BRACKET.sub(rf"{RIGHT_TO_LEFT_MARK}\1{RIGHT_TO_LEFT_MARK}", text)
