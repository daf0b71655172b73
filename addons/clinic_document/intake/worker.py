"""A program of its own: reads a PDF from its input and writes a clean one to its output.

What it is given may be hostile: it runs as ``sandbox.py`` of ``clinic_photo`` says. The clean PDF is built from what
the pages need to be drawn, and from nothing else: what a page has that is not named below is left out, as is the whole
of the document's catalogue, with its scripts, actions, forms, embedded files and layers. Content and fonts are copied
as they are.
"""

import io
import sys

# Of its own folder nothing is imported, unless it is named.
sys.path.append(sys.argv[1])

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from sandbox import Refused, serve, write

# A picture or a font is one object, a page with its content about five.
MOST_OBJECTS = 200_000
INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
PAGE = (*INHERITED, "/Contents", "/Group", "/UserUnit")
# Annotations that are something to see. What was filled into a form is kept as a picture of itself.
SEEN = ("/Widget", "/FreeText", "/Stamp", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Ink", "/Square")
SEEN += ("/Circle", "/Line", "/Polygon", "/PolyLine", "/Caret")
# Parts of a form into which text is typed, or of which one is chosen.
TYPED = ("/Tx", "/Ch")
MOST_LEVELS = 20
ANNOTATION = ("/Type", "/Rect", "/AP", "/AS", "/F", "/C", "/CA", "/BS", "/Border")
# Never copied, wherever it stands: scripts, actions, files, what was written about the document, ways out of the page.
LEFT_OUT = {
    *("/A", "/AA", "/AF", "/Action", "/Annots", "/Dest", "/EF", "/EmbeddedFiles", "/JS", "/JavaScript", "/Launch"),
    *("/LastModified", "/Metadata", "/Names", "/Next", "/OPI", "/OpenAction", "/P", "/PA", "/Parent", "/Pg"),
    *("/PieceInfo", "/Ref", "/RichMediaContent", "/RichMediaSettings", "/StructParent", "/StructParents", "/URI"),
    *("/XFA",),
}
# A document that is larger once it is drawn up again is none.
MOST_BYTES = 50_000_000
# The values of these name things as they like; what they name is looked at by itself.
NAMING = {"/CharProcs", "/ColorSpace", "/Colorants", "/ExtGState", "/Font", "/Pattern", "/Properties", "/Shading"}
NAMING |= {"/XObject", "/N", "/D", "/R"}
# Of a stream: that its bytes are in another file.
ELSEWHERE = {"/F", "/FFilter", "/FDecodeParms"}
NO_PART = {"/Action", "/Catalog", "/EmbeddedFile", "/Filespec", "/Outlines", "/Page", "/Pages"}


class Copier:
    """Copies what it is given into ``writer``; each object once, however often it is named."""

    def __init__(self, writer):
        self.writer, self.known, self.waiting = writer, {}, []

    def duplicate(self, value, is_naming=False):
        """Return a copy of ``value``; what it refers to is copied by ``finish``."""
        if isinstance(value, IndirectObject):
            return self._refer(value)
        if isinstance(value, ArrayObject):
            return ArrayObject(self.duplicate(part) for part in value)
        if isinstance(value, DictionaryObject):
            return self._copy_dictionary(value, is_naming)
        return value.clone(self.writer) if hasattr(value, "clone") else NullObject()

    def _refer(self, reference):
        place = (reference.idnum, reference.generation)
        if place not in self.known:
            if len(self.known) >= MOST_OBJECTS:
                raise Refused("pages")
            source = reference.get_object()
            if isinstance(source, IndirectObject):
                # A reference to a reference: no sound program writes it.
                source = None
            if is_no_part(source) or source is None:
                source = NullObject()
            copy = self._empty(source)
            self.known[place] = self.writer._add_object(copy)
            if isinstance(source, DictionaryObject | ArrayObject):
                self.waiting.append((source, copy))
        return self.known[place]

    def _empty(self, source):
        if isinstance(source, StreamObject):
            copy = EncodedStreamObject() if isinstance(source, EncodedStreamObject) else DecodedStreamObject()
            copy._data = source._data
            return copy
        if isinstance(source, DictionaryObject):
            return DictionaryObject()
        return ArrayObject() if isinstance(source, ArrayObject) else self.duplicate(source)

    def _copy_dictionary(self, source, is_naming):
        copy = self._empty(source)
        if not is_no_part(source):
            self._fill(source, copy, is_naming)
        return copy

    def _fill(self, source, copy, is_naming=False):
        for name in source:
            if not is_naming and (name in LEFT_OUT or (isinstance(source, StreamObject) and name in ELSEWHERE)):
                continue
            value = source.raw_get(name)
            names = not is_naming and name in NAMING
            if names and is_naming_itself(value):
                # It is looked at as a dictionary of names though it is referred to.
                value = value.get_object()
            if is_naming and isinstance(value.get_object(), TextStringObject | ByteStringObject):
                # None of these names a text.
                continue
            copy[NameObject(name)] = self.duplicate(value, names)

    def finish(self):
        """Copy what is referred to, and what that refers to."""
        while self.waiting:
            source, copy = self.waiting.pop()
            if isinstance(source, ArrayObject):
                copy.extend(self.duplicate(part) for part in source)
            else:
                self._fill(source, copy)


def is_no_part(source):
    """Return whether ``source`` is something that no page needs to be drawn."""
    return isinstance(source, DictionaryObject) and resolved(source, "/Type") in NO_PART


def is_naming_itself(value):
    """Return whether ``value`` refers to a dictionary of names, and to nothing that is drawn."""
    source = value.get_object() if isinstance(value, IndirectObject) else None
    return isinstance(source, DictionaryObject) and not isinstance(source, StreamObject) and "/Type" not in source


def resolved(dictionary, name):
    """Return what ``dictionary`` has under ``name``, None where that is nothing."""
    value = dictionary.raw_get(name) if name in dictionary else None
    value = value.get_object() if isinstance(value, IndirectObject) else value
    return None if isinstance(value, NullObject) else value


def pages_of(reader, most):
    """Return the pages in their order, each as {name: value}, with what it has from the nodes above it."""
    pages, seen = [], set()
    waiting = [(reader.trailer["/Root"].raw_get("/Pages"), {})]
    while waiting:
        reference, above = waiting.pop()
        node = reference.get_object()
        if not isinstance(node, DictionaryObject) or id(node) in seen:
            # No page, or one that is its own ancestor.
            continue
        seen.add(id(node))
        values = {**above, **{name: node.raw_get(name) for name in INHERITED if name in node}}
        kids = resolved(node, "/Kids")
        if isinstance(kids, ArrayObject):
            if len(kids) + len(seen) > 10 * most:
                raise Refused("pages")
            waiting += [(kid, values) for kid in reversed(kids)]
            continue
        pages.append({**values, **{name: node.raw_get(name) for name in (*PAGE, "/Annots") if name in node}})
        if len(pages) > most:
            raise Refused("pages")
    return pages


def is_drawn(annotation):
    """Return whether ``annotation`` has a picture of itself that says what it says."""
    pictures = resolved(annotation, "/AP")
    has_picture = isinstance(pictures, DictionaryObject) and resolved(pictures, "/N") is not None
    if inherited(annotation, "/FT") not in TYPED:
        return has_picture
    if inherited(annotation, "/V") in (None, ""):
        # Nobody has filled it in: programs put whatever they like into the picture of such a field.
        return False
    if not has_picture:
        # The reader's program would draw it: without its form the text would be lost, and nobody would notice.
        raise Refused("form")
    return True


def inherited(field, name):
    """Return what a part of a form has under ``name``, or what stands above it has."""
    for _level in range(MOST_LEVELS):
        value = resolved(field, name)
        if value is not None or not isinstance(above := resolved(field, "/Parent"), DictionaryObject):
            return value
        field = above
    return None


def copy_annotations(copier, annotations):
    """Return what is to be seen of ``annotations``, without anything that happens on a touch."""
    copies = ArrayObject()
    for reference in annotations if isinstance(annotations, ArrayObject) else ():
        annotation = reference.get_object()
        if not isinstance(annotation, DictionaryObject) or resolved(annotation, "/Subtype") not in SEEN:
            continue
        if not is_drawn(annotation):
            continue
        kept = DictionaryObject()
        for name in ANNOTATION:
            if name in annotation:
                kept[NameObject(name)] = copier.duplicate(annotation.raw_get(name))
        kept[NameObject("/Subtype")] = NameObject("/Stamp")
        copies.append(copier.writer._add_object(kept))
    return copies


def clean(options, blobs):
    """Write the clean PDF of the one that was handed over."""
    data = bytes(blobs[0])
    if not data.startswith(b"%PDF-"):
        raise Refused("kind")
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise Refused("encrypted")
        pages = pages_of(reader, options["pages"])
        if not pages:
            raise Refused("empty")
        writer = PdfWriter()
        copier = Copier(writer)
        tree = writer._pages.get_object()
        for values in pages:
            tree["/Kids"].append(copy_page(copier, values, writer._pages))
        tree[NameObject("/Count")] = NumberObject(len(pages))
        copier.finish()
        target = io.BytesIO()
        writer.write(target)
        # What is said once and used on each page may be written out as often.
        if target.tell() > MOST_BYTES:
            raise Refused("large")
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # Whichever way it is broken.
        raise Refused("unreadable") from error
    write({"pages": len(pages)}, [target.getvalue()])


def copy_page(copier, values, tree):
    """Return the reference to the copy of a page."""
    page = DictionaryObject({NameObject("/Type"): NameObject("/Page"), NameObject("/Parent"): tree})
    for name in PAGE:
        if name in values:
            page[NameObject(name)] = copier.duplicate(values[name])
    annotations = values.get("/Annots")
    copies = copy_annotations(copier, annotations.get_object() if annotations is not None else None)
    if copies:
        page[NameObject("/Annots")] = copies
    return copier.writer._add_object(page)


if __name__ == "__main__":
    serve(clean=clean)
