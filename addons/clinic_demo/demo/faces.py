"""Draws faces for the demo clinic's photos: an idea of skin, never a picture of anybody."""

import functools
import io
import random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 1500
SKINS = {
    "light": ((236, 200, 176), (214, 168, 142), (150, 102, 74)),
    "olive": ((214, 170, 136), (190, 142, 108), (122, 80, 54)),
    "brown": ((176, 126, 92), (150, 102, 72), (88, 54, 36)),
}
HAIRS = {"light": (74, 52, 40), "olive": (44, 32, 28), "brown": (30, 24, 24)}
# How far the face is turned, from -1 (its left side is seen) to 1.
TURNS = {"front": 0, "left_45": -0.5, "right_45": 0.5, "left_90": -0.85, "right_90": 0.85}


def draw_face(seed, view="front", progress=0.0, skin="olive"):
    """Return a JPEG of a face: always the same one for ``seed``, with fewer marks the further ``progress`` is.

    :param view: a view of ``clinic.photo``
    :param progress: from 0, untreated, to 1
    """
    base, shade, mark = SKINS[skin]
    turn = TURNS.get(view, 0)
    light = random.Random(f"{seed} light {view} {progress}")  # noqa: S311 (a drawing)
    picture = _studio(light)
    # Nobody ever stands exactly as before.
    dx, dy = light.randint(-14, 14), light.randint(-12, 12)
    mask = _head(turn)
    _hair(picture, turn, HAIRS[skin])
    _shoulders(picture, shade, turn)
    face = Image.new("RGB", picture.size, base)
    _shadows(face, turn, shade)
    _marks(face, random.Random(f"{seed} marks"), turn, progress, mark)  # noqa: S311
    _features(face, turn, shade, HAIRS[skin])
    picture.paste(face, mask=mask)
    _fringe(picture, turn, HAIRS[skin])
    tone = picture.getpixel((2, 2))
    picture = picture.transform(picture.size, Image.Transform.AFFINE, (1, 0, dx, 0, 1, dy), fillcolor=tone)
    picture = Image.blend(picture, _grain(), 0.045)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=90)
    return target.getvalue()


@functools.cache
def _grain():
    """Return the grain of the camera."""
    return Image.effect_noise((WIDTH, HEIGHT), 40).convert("RGB")


def _studio(light):
    """Return an empty studio: a grey that is lighter behind the head."""
    tone = 148 + light.randint(-5, 5)
    picture = Image.new("RGB", (WIDTH, HEIGHT), (tone, tone + 4, tone + 9))
    _soft(picture, (226, 230, 236), 110, 160, [(150, 100, 1050, 1200)])
    return picture


def _middle(turn):
    return WIDTH / 2 + turn * 40


def _head(turn):
    """Return where the skin of the face is."""
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    draw, middle = ImageDraw.Draw(mask), _middle(turn)
    wide = 300 - abs(turn) * 18
    draw.ellipse((middle - wide, 330, middle + wide, 1010), fill=255)
    draw.ellipse((middle - wide * 0.72 + turn * 60, 700, middle + wide * 0.72 + turn * 60, 1130), fill=255)
    if abs(turn) < 0.3:
        draw.ellipse((middle - wide - 38, 640, middle - wide + 50, 800), fill=255)
        draw.ellipse((middle + wide - 50, 640, middle + wide + 38, 800), fill=255)
    else:
        side = 1 if turn > 0 else -1
        # The nose stands out of the outline, the further the more it is turned.
        tip = middle + side * (wide + 10 + 90 * (abs(turn) - 0.3))
        bridge = middle + side * wide * 0.86
        draw.polygon([(bridge, 640), (tip, 800), (tip - side * 20, 830), (bridge, 850)], fill=255)
    return mask.filter(ImageFilter.GaussianBlur(3))


def _shoulders(picture, shade, turn):
    draw, middle = ImageDraw.Draw(picture), WIDTH / 2 - turn * 30
    dark = tuple(int(part * 0.88) for part in shade)
    draw.rectangle((middle - 150, 900, middle + 150, 1330), fill=dark)
    draw.ellipse((170, 1270, 1030, 1900), fill=(238, 240, 243))


def _hair(picture, turn, hair):
    draw, middle = ImageDraw.Draw(picture), _middle(turn)
    back = middle - turn * 120
    draw.ellipse((back - 350, 230, back + 350, 1010), fill=hair)
    draw.ellipse((back - 330, 560, back + 330, 1230), fill=hair)


def _fringe(picture, turn, hair):
    """Draw the hairline, bound back from the face."""
    layer = Image.new("L", picture.size, 0)
    draw, middle = ImageDraw.Draw(layer), _middle(turn)
    draw.ellipse((middle - 330, 225, middle + 330, 760), fill=255)
    draw.ellipse((middle - 285 + turn * 60, 385, middle + 285 + turn * 60, 1000), fill=0)
    draw.rectangle((0, 640, WIDTH, HEIGHT), fill=0)
    picture.paste(hair, mask=layer.filter(ImageFilter.GaussianBlur(5)))


def _soft(face, colour, strength, blur, shapes):
    """Lay soft ellipses of ``colour`` over the face."""
    _lay(face, colour, blur, [(shape, strength) for shape in shapes])


def _lay(face, colour, blur, shapes):
    """Lay ellipses, (box, strength), over the face; what is soft is drawn small and made larger."""
    scale = 4 if blur >= 7 else 1
    layer = Image.new("L", (face.width // scale, face.height // scale), 0)
    draw = ImageDraw.Draw(layer)
    for box, strength in shapes:
        draw.ellipse([part / scale for part in box], fill=int(strength))
    layer = layer.filter(ImageFilter.GaussianBlur(blur / scale)).resize(face.size, Image.Resampling.BICUBIC)
    face.paste(colour, mask=layer)


def _shadows(face, turn, shade):
    middle = _middle(turn)
    _soft(face, shade, 150, 60, [(middle - 360, 360, middle - 220, 1100), (middle + 220, 360, middle + 360, 1100)])
    _soft(face, shade, 120, 40, [(middle - 160, 1040, middle + 160, 1160)])
    nose = middle + turn * 190
    _soft(face, shade, 105, 16, [(nose - 52, 800, nose + 52, 850), (nose + 18, 620, nose + 44, 800)])
    rosy = tuple(min(255, part + add) for part, add in zip(shade, (38, 4, 2), strict=True))
    for side in (-1, 1):
        cheek = middle + side * 165 + turn * 120
        _soft(face, rosy, 70, 45, [(cheek - 90, 760, cheek + 90, 900)])


def _marks(face, chance, turn, progress, mark):
    """Draw patches and spots; treatment makes them paler, and the small ones vanish."""
    middle = _middle(turn)
    left = 1 - 0.9 * progress
    layers = {8: [], 11: [], 15: []}
    for _number in range(46):
        side = chance.choice((-1, 1))
        x = side * chance.uniform(70, 235)
        y = chance.choice((chance.gauss(820, 60), chance.gauss(800, 45), chance.gauss(470, 36)))
        size, strength = chance.uniform(10, 46), chance.uniform(50, 150)
        stays = chance.random()
        place = middle + x * (1 - abs(turn) * 0.35) + turn * 150
        if stays > left and size < 30:
            continue
        radius = size * (0.6 + 0.4 * left)
        box = (place - radius, y - radius * 0.72, place + radius, y + radius * 0.72)
        layers[8 if size < 20 else 11 if size < 32 else 15].append((box, strength * left))
    for blur, shapes in layers.items():
        _lay(face, mark, blur, shapes)


def _features(face, turn, shade, hair):
    draw, middle = ImageDraw.Draw(face), _middle(turn)
    dark = tuple(part // 2 for part in shade)
    centre = middle + turn * 170
    for side in (-1, 1):
        near = 1 - 0.55 * abs(turn) if side * turn > 0 else 1
        if near < 0.55 and abs(turn) > 0.8:
            continue
        eye = centre + side * 128 * (1 - 0.3 * abs(turn))
        half = 62 * near
        draw.arc((eye - half, 640, eye + half, 708), 10, 170, fill=dark, width=7)
        draw.arc((eye - half * 1.15, 570, eye + half * 1.15, 660), 200, 340, fill=hair, width=15)
    nose = middle + turn * 190
    draw.arc((nose - 46, 790, nose - 4, 842), 20, 150, fill=dark, width=5)
    draw.arc((nose + 4, 790, nose + 46, 842), 30, 160, fill=dark, width=5)
    lip = tuple(min(255, part + add) for part, add in zip(shade, (10, -36, -28), strict=True))
    half = 92 * (1 - 0.45 * abs(turn))
    draw.ellipse((centre - half, 918, centre + half, 974), fill=lip)
    draw.line((centre - half, 944, centre + half, 944), fill=dark, width=4)
