import secrets
import tempfile
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..kernel import Altered, KeyFileError, KeyMissing, Keyring
from ..kernel.envelope import HEADER, rewrap, seal, unseal

DATA = b"\xff\xd8\xff" + b"skin" * 500


@tagged("post_install", "-at_install")
class TestEnvelope(BaseCase):
    def setUp(self):
        super().setUp()
        self.old, self.new = secrets.token_bytes(32), secrets.token_bytes(32)
        self.ring = Keyring([self.old])

    def test_what_was_sealed_opens_in_its_place_and_shows_nothing(self):
        blob = seal(DATA, "db/photo/original", self.ring)
        self.assertEqual(unseal(blob, "db/photo/original", self.ring), DATA)
        self.assertNotIn(b"skin", blob)
        self.assertNotIn(b"\xff\xd8\xff", blob[:16])
        self.assertNotEqual(blob, seal(DATA, "db/photo/original", self.ring))

    def test_any_byte_that_is_flipped_is_noticed(self):
        blob = seal(DATA[:200], "db/photo/original", self.ring)
        for place in range(len(blob)):
            bad = bytearray(blob)
            bad[place] ^= 1
            with self.subTest(byte=place), self.assertRaises((Altered, KeyMissing)):
                unseal(bytes(bad), "db/photo/original", self.ring)
        for length in (0, 3, HEADER.size, len(blob) - 1):
            with self.subTest(length=length), self.assertRaises(Altered):
                unseal(blob[:length], "db/photo/original", self.ring)

    def test_in_the_place_of_another_file_it_does_not_open(self):
        blob = seal(DATA, "db/photo/original", self.ring)
        for place in ("db/other/original", "db/photo/thumb", "other/photo/original"):
            with self.subTest(place=place), self.assertRaises(Altered):
                unseal(blob, place, self.ring)
            with self.subTest(place=place), self.assertRaises(Altered):
                rewrap(blob, place, self.ring)

    def test_a_new_key_seals_and_the_old_one_opens_until_it_is_gone(self):
        blob = seal(DATA, "p", self.ring)
        both, new = Keyring([self.old, self.new]), Keyring([self.new])
        self.assertEqual(unseal(blob, "p", both), DATA)
        with self.assertRaisesRegex(KeyMissing, "is not in the key file"):
            unseal(blob, "p", new)
        wrapped = rewrap(blob, "p", both)
        self.assertEqual(wrapped[HEADER.size :], blob[HEADER.size :])
        self.assertEqual(unseal(wrapped, "p", new), DATA)
        with self.assertRaises(KeyMissing):
            unseal(wrapped, "p", self.ring)

    def test_a_header_of_another_file_opens_nothing(self):
        one, other = seal(DATA, "p", self.ring), seal(DATA, "p", self.ring)
        with self.assertRaises(Altered):
            unseal(one[: HEADER.size] + other[HEADER.size :], "p", self.ring)

    def test_key_files_are_read_or_refused_in_words(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "keys"
            with self.assertRaisesRegex(KeyFileError, "cannot be read: No such file"):
                Keyring.load(path)
            for text, words in (("", "holds no key"), ("# none\n", "holds no key"), ("abc", "is not 32 bytes")):
                path.write_text(text)
                with self.subTest(text=text), self.assertRaisesRegex(KeyFileError, words):
                    Keyring.load(path)
            path.write_bytes(b"\xff\xfe")
            with self.assertRaisesRegex(KeyFileError, "it is no text"):
                Keyring.load(path)
            path.unlink()
            Keyring.make(path)
            made = path.read_text()
            Keyring.make(path)
            self.assertEqual(path.read_text(), made, "A key is never replaced")
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
            self.assertEqual([found.name for found in Path(folder).iterdir()], ["keys"])
            ring = Keyring.load(path)
            self.assertNotIn(made.strip(), repr(ring) + repr(vars(ring).keys()))
