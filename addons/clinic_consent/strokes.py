"""A signature as it was drawn: checked, made small, and drawn again as a picture."""

import io
import math
from itertools import pairwise

from PIL import Image, ImageDraw

MOST_STROKES, MOST_POINTS = 300, 20_000
# On a canvas of this width: what is shorter, or smaller, than a signature.
WIDTH = 1000
LEAST_LENGTH, LEAST_SIZE, LEAST_POINTS = 80, 30, 6
MOST_SIDE = 20_000
# No canvas of a page is higher than so many times its width; a picture of it would have no end.
MOST_PROPORTION = 2
MARGIN = 20


class BadStrokes(ValueError):
    """What was sent is no drawing, or too little of one; ``code`` says which."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def clean(data):
    """Return the drawing ``data`` on a canvas of the width 1000, its time in milliseconds from the first point.

    :param data: {"width", "height", "strokes": [[[x, y, milliseconds], …], …]}, as a page sends it
    :raises BadStrokes: "bad" when it is no drawing, "big" when it is too long, "short" when it is no signature
    """
    width, height, strokes = _parts(data)
    scale, begun, found, length = WIDTH / width, None, [], 0.0
    for stroke in strokes:
        line = []
        for point in stroke:
            x, y, moment = _point(point)
            begun = moment if begun is None else begun
            line.append([round(min(max(x, 0), width) * scale), round(min(max(y, 0), height) * scale), 0])
            # A tablet's clock may stand still or go back; the order of the points is what counts.
            line[-1][2] = int(min(max(moment - begun, 0), 3_600_000))
        length += sum(math.dist(a[:2], b[:2]) for a, b in pairwise(line))
        if line:
            found.append(line)
    points = [point for line in found for point in line]
    if len(points) < LEAST_POINTS or length < LEAST_LENGTH or _size(points) < LEAST_SIZE:
        raise BadStrokes("short")
    return {"width": WIDTH, "height": round(height * scale), "strokes": found}


def _parts(data):
    if not isinstance(data, dict) or not isinstance(data.get("strokes"), list):
        raise BadStrokes("bad")
    width, height = data.get("width"), data.get("height")
    if not all(_is_number(side) and 50 <= side <= MOST_SIDE for side in (width, height)):
        raise BadStrokes("bad")
    if height > MOST_PROPORTION * width:
        raise BadStrokes("bad")
    if not all(isinstance(stroke, list) for stroke in data["strokes"]):
        raise BadStrokes("bad")
    if len(data["strokes"]) > MOST_STROKES or sum(map(len, data["strokes"])) > MOST_POINTS:
        raise BadStrokes("big")
    return width, height, data["strokes"]


def _point(point):
    if not isinstance(point, list) or len(point) != 3 or not all(map(_is_number, point)):
        raise BadStrokes("bad")
    return point


def _is_number(value):
    # The limit comes first: a whole number may be too large to be asked whether it is finite.
    return type(value) in (int, float) and abs(value) < 1e15 and math.isfinite(value)


def _size(points):
    """Return the longer side of the rectangle around ``points``."""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def draw(drawing):
    """Return the PNG of a ``drawing`` that ``clean`` has made."""
    points = [point for stroke in drawing["strokes"] for point in stroke]
    left, top = (min(point[axis] for point in points) - MARGIN for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points) + MARGIN for axis in (0, 1))
    image = Image.new("L", (right - left, bottom - top), 255)
    pen = ImageDraw.Draw(image)
    for stroke in drawing["strokes"]:
        line = [(x - left, y - top) for x, y, _moment in stroke]
        if len(line) == 1:
            pen.ellipse([line[0][0] - 2, line[0][1] - 2, line[0][0] + 2, line[0][1] + 2], fill=0)
        else:
            pen.line(line, fill=0, width=4, joint="curve")
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
