import io
import struct
import tempfile
import threading
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pillow_heif
import psutil
from PIL import Image, MpoImagePlugin, PngImagePlugin

from odoo.tests import BaseCase, tagged

from ..const import MOST_PIXELS
from ..intake import Busy, Refused, compose, take_in
from ..intake.process import _turn
from .common import picture

# Odoo loads only the kinds that it needs itself.
assert MpoImagePlugin.MpoImageFile
PLACE = b"GPSMARK"
LIMITS = {"pixels": MOST_PIXELS}


def exif_with_place(taken="2026:03:31 14:30:00", offset="+05:00", orientation=1):
    """Return EXIF as a phone writes it: when, where, which way up, and with what."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "GPSMARK phone"
    exif[0x8769] = {0x9003: taken, 0x9011: offset}
    exif[0x8825] = {1: "N", 2: (24.0, 51.0, 36.0), 3: "E", 4: (67.0, 0.0, 36.0), 29: "GPSMARK"}
    return exif


def png(width, height, *chunks):
    """Return a PNG of one bit a pixel with ``chunks``, (name, data), before the picture."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" * (1 + math_ceil(width, 8))
    packer, data = zlib.compressobj(9), b""
    for _ in range(height):
        data += packer.compress(row)
    data += packer.flush()
    parts = [chunk(b"IHDR", header), *(chunk(*one) for one in chunks), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def math_ceil(number, by):
    return -(-number // by)


def moving(kind, frames):
    target = io.BytesIO()
    images = [Image.new("RGB", (16, 16), (number % 250, 50 * (number % 5), 9)) for number in range(frames)]
    images[0].save(target, kind, save_all=True, append_images=images[1:])
    return target.getvalue()


class IntakeCommon(BaseCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.lock = Path(folder.name) / "lock"

    def _take(self, data):
        return take_in(data, self.lock, LIMITS)

    def _clean(self, data):
        facts, pictures = self._take(data)
        for made in pictures.values():
            self.assertTrue(made.startswith(b"\xff\xd8\xff"))
            self.assertTrue(made.endswith(b"\xff\xd9"), "Nothing stands behind the picture")
            for trace in (PLACE, b"Exif", b"http", b"<script", b"<?xpacket", b"ICC_PROFILE"):
                self.assertNotIn(trace, made)
            with Image.open(io.BytesIO(made)) as again:
                self.assertEqual(dict(again.getexif()), {})
        return facts, pictures


@tagged("post_install", "-at_install")
class TestIntake(IntakeCommon):
    def _refused(self, rule, data):
        with self.assertRaises(Refused) as caught:
            self._take(data)
        self.assertEqual(str(caught.exception), rule)

    def test_all_four_kinds_are_taken_and_say_no_longer_where_it_was(self):
        pillow_heif.register_heif_opener()
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "GPSMARK")
        more = {"PNG": {"pnginfo": text}, "JPEG": {"comment": b"GPSMARK", "xmp": b"<?xpacket GPSMARK"}, "WEBP": {}}
        for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
            data = picture(kind=kind, exif=exif_with_place().tobytes(), **more.get(kind, {}))
            self.assertIn(PLACE, data, f"The {kind} of this test says where it was taken")
            with self.subTest(kind=kind):
                facts, pictures = self._clean(data)
                self.assertEqual((facts["width"], facts["height"]), (640, 480))
                self.assertEqual((facts["taken"], facts["offset"]), ("2026:03:31 14:30:00", "+05:00"))
                self.assertEqual(list(pictures), ["original", "preview", "thumb"])

    def test_a_photo_taken_sideways_stands_upright(self):
        facts, pictures = self._clean(picture((640, 480), exif=exif_with_place(orientation=6).tobytes()))
        self.assertEqual((facts["width"], facts["height"]), (480, 640))
        with Image.open(io.BytesIO(pictures["original"])) as upright:
            self.assertLess(sum(upright.getpixel((475, 320))), 150, "The stripe is on the right now")

    def test_a_phone_s_jpeg_with_a_second_picture_in_it_is_a_photo(self):
        first, second = (
            Image.open(io.BytesIO(picture((640, 480), colour=one))) for one in ((224, 172, 140), (9, 9, 9))
        )
        target = io.BytesIO()
        first.save(target, "MPO", save_all=True, append_images=[second], exif=exif_with_place().tobytes())
        data = target.getvalue()
        self.assertIn(b"MPF\0", data, "It is such a JPEG")
        facts, pictures = self._clean(data)
        self.assertEqual((facts["width"], facts["height"], facts["taken"]), (640, 480, "2026:03:31 14:30:00"))
        with Image.open(io.BytesIO(pictures["original"])) as image:
            self.assertGreater(sum(image.getpixel((320, 240))), 450, "The first one")
            self.assertFalse(getattr(image, "is_animated", False), "And it alone")

    def test_a_reader_that_the_system_kills_says_nothing_of_the_photo(self):
        def kill():
            for _try in range(200):
                for child in psutil.Process().children(recursive=True):
                    with suppress(psutil.Error):
                        if any("worker.py" in word for word in child.cmdline()):
                            child.kill()
                            return
                time.sleep(0.01)

        killer = threading.Thread(target=kill)
        killer.start()
        with self.assertRaises(Busy):
            self._take(picture((7000, 7000)))
        killer.join()

    def test_the_resolution_is_kept_and_the_others_are_small(self):
        facts, pictures = self._clean(picture((4000, 3000)))
        self.assertEqual((facts["width"], facts["height"]), (4000, 3000))
        sizes = {}
        for name, made in pictures.items():
            with Image.open(io.BytesIO(made)) as image:
                sizes[name] = image.size
        self.assertEqual(sizes, {"original": (4000, 3000), "preview": (2048, 1536), "thumb": (480, 360)})

    def test_a_bomb_is_refused_within_a_second_before_it_is_unpacked(self):
        bomb = png(13_000, 13_000)
        self.assertLess(len(bomb), 100_000)
        begun = time.monotonic()
        self._refused("pixels", bomb)
        self.assertLess(time.monotonic() - begun, 1)

    def test_what_is_no_still_photo_is_refused(self):
        jpeg = picture()
        broken = {
            "an SVG": ("kind", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            "HTML": ("kind", b"<!doctype html><script>alert(1)</script>"),
            "a program": ("kind", b"MZ\x90\0" + b"\0" * 1000),
            "a PDF": ("kind", b"%PDF-1.7\n"),
            "nothing": ("kind", b""),
            "a GIF of 10,000 frames": ("kind", moving("GIF", 10_000)),
            "a moving PNG": ("moving", moving("PNG", 5)),
            "a moving WebP": ("moving", moving("WEBP", 5)),
            "cut short": ("broken", jpeg[: len(jpeg) // 2]),
            "a head alone": ("broken", b"\xff\xd8\xff\xe0"),
            "one pixel": ("small", picture((1, 1), kind="PNG")),
            "a text bomb": ("broken", png(64, 64, (b"zTXt", b"x\0\0" + zlib.compress(b"\0" * 200_000_000, 9)))),
            "a profile bomb": ("broken", png(64, 64, (b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 200_000_000, 9)))),
            "HEIC in name only": ("broken", b"\0\0\0\x18ftypheic" + b"\0" * 500),
        }
        for name, (rule, data) in broken.items():
            begun = time.monotonic()
            with self.subTest(name):
                self._refused(rule, data)
            self.assertLess(time.monotonic() - begun, 3, name)

    def test_two_kinds_in_one_file_leave_one_clean_picture(self):
        jpeg = picture()
        for tail in (b"<script>alert(1)</script>", b"PK\x03\x04" + b"GPSMARK" * 9, b"<?php http://x ?>"):
            with self.subTest(tail=tail[:9]):
                self._clean(jpeg + tail)
        for chunk in ((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"<?xpacket GPSMARK>" * 9),):
            self._clean(png(64, 64, chunk))

    def test_strange_colours_become_plain_ones(self):
        for mode in ("1", "L", "LA", "P", "RGBA", "I;16", "CMYK"):
            target = io.BytesIO()
            Image.new(mode, (64, 64)).save(target, "JPEG" if mode == "CMYK" else "PNG")
            with self.subTest(mode=mode):
                _facts, pictures = self._clean(target.getvalue())
                with Image.open(io.BytesIO(pictures["original"])) as image:
                    self.assertEqual(image.mode, "RGB")

    def test_one_picture_is_read_at_a_time(self):
        with _turn(self.lock), self.assertRaises(Busy):
            self._take(picture())
        self._take(picture())

    def test_masks_are_burnt_in(self):
        layout = {"height": 400, "masks": [[[0.25, 0.25, 0.5, 0.5]], []], "captions": ["1", "2"], "watermark": "Clinic"}
        made = compose({**layout, "watermark": ""}, [picture((400, 400)), picture((400, 400))], self.lock)
        with Image.open(io.BytesIO(made)) as image:
            self.assertEqual(image.size, (812, 464))
            self.assertLess(sum(image.getpixel((200, 200))), 200, "Covered")
            self.assertGreater(sum(image.getpixel((612, 200))), 400)
        self.assertNotEqual(compose(layout, [picture((400, 400))] * 2, self.lock), made)

    def test_names_and_dates_are_written_in_the_clinic_s_letters(self):
        def drawn(text):
            layout = {"height": 400, "masks": [[]], "captions": [text], "watermark": text}
            return compose(layout, [picture((400, 400))], self.lock)

        # Letters that a font does not have are all the same box.
        for one, other in (("Клиника", "Стоянка"), ("عيادة", "مركزا"), ("کلینک", "آنکھیں")):
            with self.subTest(one):
                self.assertNotEqual(drawn(one), drawn(other))
