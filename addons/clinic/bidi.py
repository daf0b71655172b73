"""Text in which two directions meet, such that every engine shows and prints it alike.

wkhtmltopdf knows no isolates: what is written from left to right within a right-to-left text is kept together by an
element with its direction and a mark on both sides, and a bracket is held by marks of the text's own direction.
"""

import re

from lxml import html
from markupsafe import Markup

LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"
# Without U+FEFF, which joins: Odoo puts it into amounts below zero.
ARABIC = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
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
ONE_LINE = 24
WORD = re.compile(r"\w")
# What shows no text, or text of its own order.
SILENT = {"script", "style", "svg", "textarea", "title", "img", "input"}
INLINE = {"a", "b", "em", "i", "small", "span", "strong"}
# Classes by which such an element fills a line: its direction would move it to the other side.
FILLS = re.compile(r"\b(d-(block|flex|grid)|w-100|col\S*|row|text-(start|end|center))\b")


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


def hold(element):
    """Let ``element``, a part of a page that is written from right to left, keep the order of all that it shows.

    An element within a line that shows nothing of that direction, as an amount with its currency, is held as one.
    """
    if not isinstance(element.tag, str) or element.tag in SILENT or element.get("dir") == "ltr":
        return
    if _is_held_as_one(element):
        _hold_element(element)
        return
    children = list(element)
    text, element.text = element.text, None
    put(element, 0, _own(text))
    for child in children:
        hold(child)
        tail, child.tail = child.tail, None
        put(element, element.index(child) + 1, [*(_end(child) if child.tag in INLINE else ()), *_own(tail)])


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


def _own(text):
    """Return the pieces that show ``text``, with the blanks around it; what has no word in it needs no hold."""
    core = (text or "").strip()
    if not WORD.search(core):
        return [text or ""]
    before, _core, after = text.partition(core)
    pieces = [piece for piece in line(core, True) if piece != ""]
    return [before, *pieces, *_end(pieces[-1]), after]


def _end(piece):
    """Return what stands behind ``piece``: between two values that are held is no part of either."""
    return [RIGHT_TO_LEFT_MARK] if not isinstance(piece, str) and piece.get("dir") == "ltr" else []


def _is_held_as_one(element):
    if element.tag not in INLINE or FILLS.search(element.get("class") or ""):
        return False
    if any(child.tag not in INLINE for child in element.iterdescendants()):
        return False
    text = "".join(element.itertext()).strip()
    return bool(WORD.search(text)) and not ARABIC.search(text)


def _hold_element(element):
    element.set("dir", "ltr")
    if len("".join(element.itertext()).strip()) <= ONE_LINE:
        element.set("style", f"white-space:nowrap;{element.get('style') or ''}")
    element.text = LEFT_TO_RIGHT_MARK + (element.text or "").lstrip()
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip() + LEFT_TO_RIGHT_MARK
    else:
        element.text = element.text.rstrip() + LEFT_TO_RIGHT_MARK


def _needs_hold(run):
    """Return whether ``run`` would be turned round: words, amounts with a unit, phone numbers; not a number alone."""
    if UNIT.search(run):
        return True
    return bool(DIGITS.fullmatch(run)) and sum(map(str.isdigit, run)) >= LEAST_DIGITS


def hold_brackets(text):
    """Return ``text``, which is written from right to left, with each bracket held in its direction."""
    return BRACKET.sub(rf"{RIGHT_TO_LEFT_MARK}\1{RIGHT_TO_LEFT_MARK}", text)
