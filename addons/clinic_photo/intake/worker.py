"""A program of its own: reads a picture from its input and writes clean ones to its output.

What it is given may be hostile: it runs as ``sandbox.py`` says, size and kind are judged from the header before
anything is decoded, and all that comes out was drawn again, without any byte of the file that came in.
"""

import io
import sys
from pathlib import Path

# Of its own folder nothing is imported, unless it is named.
sys.path.append(sys.argv[1])

from sandbox import Refused, serve, write

FONT = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"
PREVIEW, THUMB = 2048, 480
QUALITY = {"original": 92, "preview": 86, "thumb": 80}
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_ICC = 1_000_000
TAKEN, TAKEN_OFFSET, EXIF_PART = 0x9003, 0x9011, 0x8769


def kind_of(data):
    """Return what the first bytes say, None for what is not taken."""
    head = bytes(data[:32])
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    brands = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
    return "HEIF" if head[4:8] == b"ftyp" and head[8:12] in brands else None


def open_picture(data, most_pixels):
    from PIL import Image

    kind = kind_of(data)
    if kind is None:
        raise Refused("kind")
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False, allow_incorrect_headers=False)
    # Judged below, by our own number.
    Image.MAX_IMAGE_PIXELS = None
    picture = Image.open(io.BytesIO(data), formats=(kind,))
    if picture.width * picture.height > most_pixels:
        raise Refused("pixels")
    if min(picture.size) < 16:
        raise Refused("small")
    # The JPEG of many phones holds a second picture, for depth or brightness: the first one is the photo.
    if kind in ("PNG", "WEBP") and getattr(picture, "is_animated", False):
        raise Refused("moving")
    return picture


def taken_of(picture):
    """Return when the camera says that the picture was taken, and its offset from UTC, as it says so."""
    try:
        exif = picture.getexif().get_ifd(EXIF_PART)
        return [str(exif.get(tag) or "")[:32] for tag in (TAKEN, TAKEN_OFFSET)]
    except Exception:
        return ["", ""]


def plain(picture):
    """Return the picture upright, in sRGB, on white, and without anything that was written into it."""
    from PIL import Image, ImageCms, ImageOps

    profile = picture.info.get("icc_profile") or b""
    try:
        upright = ImageOps.exif_transpose(picture)
    except Exception:
        # EXIF that cannot be read says nothing of the picture.
        upright = picture
    picture = upright
    if picture.mode in ("RGBA", "LA", "PA") or (picture.mode == "P" and "transparency" in picture.info):
        picture = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    if profile and len(profile) <= MOST_ICC and picture.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            picture = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except Exception:
            # A profile that cannot be read changes nothing.
            picture = picture.convert("RGB")
    if picture.mode in ("I;16", "I;16B", "I"):
        picture = picture.point(lambda value: value / 256).convert("L")
    picture = picture.convert("RGB")
    picture.info = {}
    return picture


def jpeg(picture, quality):
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return target.getvalue()


def smaller(picture, most):
    from PIL import Image

    if max(picture.size) <= most:
        return picture
    copy = picture.copy()
    copy.thumbnail((most, most), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return copy


def take(options, blobs):
    picture = open_picture(blobs[0], options["pixels"])
    taken, offset = taken_of(picture)
    picture.load()
    picture = plain(picture)
    preview = smaller(picture, PREVIEW)
    drawn = {"original": picture, "preview": preview, "thumb": smaller(preview, THUMB)}
    facts = {
        "width": picture.width,
        "height": picture.height,
        "taken": taken,
        "offset": offset,
        "variants": list(drawn),
    }
    write(facts, [jpeg(drawn[name], QUALITY[name]) for name in drawn])


def font_of(size):
    """Return a font that has the letters of the clinic's languages, Arabic and Cyrillic ones as well."""
    from PIL import ImageFont

    return ImageFont.truetype(str(FONT), size)


def compose(options, blobs):
    """Put pictures of our own side by side, with masks burnt in, captions and a watermark."""
    from PIL import Image, ImageDraw

    height = options["height"]
    pictures = []
    for blob, masks in zip(blobs, options["masks"], strict=True):
        picture = Image.open(io.BytesIO(blob), formats=("JPEG",)).convert("RGB")
        picture.info = {}
        draw = ImageDraw.Draw(picture)
        for x, y, width, tall in masks:
            left, top = x * picture.width, y * picture.height
            draw.rectangle((left, top, left + width * picture.width, top + tall * picture.height), fill=(40, 40, 44))
        scale = height / picture.height
        pictures.append(picture.resize((max(1, round(picture.width * scale)), height), Image.Resampling.LANCZOS))
    gap, strip = 12, 64 if any(options["captions"]) else 0
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, height + strip), (24, 24, 27))
    draw, left = ImageDraw.Draw(sheet), 0
    for picture, caption in zip(pictures, options["captions"], strict=True):
        sheet.paste(picture, (left, 0))
        draw.text((left + 16, height + 16), caption, font=font_of(28), fill=(244, 244, 245))
        left += picture.width + gap
    if options["watermark"]:
        sheet = watermarked(sheet, options["watermark"])
    write({}, [jpeg(sheet, 90)])


def watermarked(sheet, text):
    from PIL import Image, ImageDraw

    font = font_of(max(24, sheet.height // 24))
    layer = Image.new("RGBA", sheet.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    length = max(1, round(draw.textlength(text, font=font)))
    for row, top in enumerate(range(sheet.height // 8, sheet.height, max(1, sheet.height // 3))):
        for left in range(-(row % 2) * length, sheet.width, length * 2):
            draw.text((left + 2, top + 2), text, font=font, fill=(0, 0, 0, 90))
            draw.text((left, top), text, font=font, fill=(255, 255, 255, 120))
    return Image.alpha_composite(sheet.convert("RGBA"), layer).convert("RGB")


if __name__ == "__main__":
    serve(take=take, compose=compose)
