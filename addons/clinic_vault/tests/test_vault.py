import base64
import secrets
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import config, mute_logger

from .. import configuration
from ..kernel import FolderStorage, KeyFileError

FILES = "odoo.addons.clinic_vault.models.clinic_vault_file"
CHECK = "odoo.addons.clinic_vault.models.clinic_vault_check"


class VaultMixin:
    """A vault of its own, with its own key file, for each test."""

    def setup_vault(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root, self.key_file = Path(folder.name) / "files", Path(folder.name) / "keys"
        self._write_keys([secrets.token_bytes(32)])
        for name, value in (("key_file", self.key_file), ("storage", FolderStorage(self.root))):
            self.startPatcher(patch.object(configuration, name, lambda *_args, value=value: value))
        self.files = self.env["clinic.vault.file"]

    def _write_keys(self, keys):
        self.keys = keys
        self.key_file.write_text("".join(f"{base64.b64encode(key).decode()}\n" for key in keys))

    def _path(self, stored):
        return self.root / stored.name[:2] / stored.name[2:4] / stored.name

    def _alarms(self):
        return self.env["clinic.access.alarm"].search([("kind", "=", "vault"), ("state", "=", "open")])


@tagged("post_install", "-at_install")
class TestVault(VaultMixin, TransactionCase):
    def setUp(self):
        super().setUp()
        self.setup_vault()
        # Alarms are raised in a transaction of their own.
        self.registry_enter_test_mode()

    def _broken(self, owner, variant, words):
        # Not assertRaises, which rolls back: the alarm is raised in a transaction of its own.
        try:
            with mute_logger(FILES):
                self.files._open(owner, variant)
        except UserError as error:
            self.assertIn(words, str(error))
            return
        self.fail("It opened")

    def test_a_file_is_stored_and_opened(self):
        stored = self.files._store("one", "thumb", b"\xff\xd8\xffdata")
        self.assertEqual(self.files._open("one", "thumb"), b"\xff\xd8\xffdata")
        self.assertIsNone(self.files._open("one", "original"))
        self.assertNotIn("one", str(self._path(stored)))
        self.assertNotIn(b"\xff\xd8\xff", self._path(stored).read_bytes())

    def test_each_damage_is_said_and_the_managers_are_told(self):
        flipped, one, other = (self.files._store(name, "thumb", name.encode()) for name in ("a", "b", "c"))
        variant, gone = self.files._store("b", "original", b"big"), self.files._store("d", "thumb", b"d")
        data = bytearray(self._path(flipped).read_bytes())
        data[-1] ^= 1
        self._path(flipped).write_bytes(data)
        self._broken("a", "thumb", "was altered and does not open")
        first, second = self._path(one).read_bytes(), self._path(other).read_bytes()
        self._path(one).write_bytes(second)
        self._path(other).write_bytes(first)
        self._broken("b", "thumb", "was altered")
        self._broken("c", "thumb", "was altered")
        self._path(variant).write_bytes(first)
        self._broken("b", "original", "was altered")
        self._path(gone).unlink()
        self._broken("d", "thumb", "is missing from the storage")
        self._write_keys([secrets.token_bytes(32)])
        self._broken("a", "thumb", "The key of this file is missing")
        alarm = self._alarms()
        self.assertEqual(len(alarm), 1)
        for stored in (flipped, one, other, variant, gone):
            self.assertIn(stored.name, alarm.details)
        managers = self.env.ref("clinic.group_manager").all_user_ids.filtered("active")
        self.assertLessEqual(managers, alarm.activity_ids.user_id)
        gone.invalidate_recordset()
        self.assertEqual(gone.fault, "missing")

    def test_a_file_that_did_not_fit_is_refused_and_the_same_then_succeeds(self):
        with mute_logger(FILES), patch("os.fsync", side_effect=OSError(28, "No space left on device")):
            with self.assertRaisesRegex(UserError, "there is no room"):
                self.files._store("one", "thumb", b"data")
        self.assertEqual(list(FolderStorage(self.root).names()), [])
        self.files._store("one", "thumb", b"data")
        self.assertEqual(self.files._open("one", "thumb"), b"data")

    def test_what_is_rolled_back_is_taken_away(self):
        self.files._store("one", "thumb", b"data")
        self.env.cr.postrollback.run()
        self.assertEqual(list(FolderStorage(self.root).names()), [])

    def test_what_is_erased_is_destroyed_once_that_is_committed(self):
        stored = self.files._store("one", "thumb", b"data")
        path = self._path(stored)
        stored._erase()
        self.assertTrue(path.exists())
        self.env.cr.postcommit.run()
        self.assertFalse(path.exists())
        self.assertIsNone(self.files._open("one", "thumb"))

    def test_the_check_finds_all_and_forgets_what_is_mended(self):
        good, bad, gone = (self.files._store(name, "thumb", name.encode()) for name in ("a", "b", "c"))
        nobodys = FolderStorage(self.root)
        nobodys.put(secrets.token_hex(20), b"left behind")
        whole = self._path(bad).read_bytes()
        self._path(bad).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        kept = self._path(gone).read_bytes()
        self._path(gone).unlink()
        with mute_logger(CHECK):
            found = self.files._check()
        self.assertEqual((found["missing"], found["altered"], found["key"]), (1, 1, 0))
        self.assertEqual(found["deleted"], 0, "It may be on its way")
        self.assertEqual((good.fault, bad.fault, gone.fault), (False, "altered", "missing"))
        self.assertEqual(self._alarms().details.count("\n"), 1)
        self._path(bad).write_bytes(whole)
        self._path(gone).write_bytes(kept)
        found = self.files._check(garbage_age=0)
        self.assertEqual((found["missing"], found["altered"], found["deleted"]), (0, 0, 1))
        self.assertFalse((good | bad | gone).filtered("fault"))
        self.assertEqual(len(list(nobodys.names())), 3)

    def test_the_key_is_changed_in_steps_that_need_not_be_done_again(self):
        stored = [self.files._store(f"photo{number}", "thumb", b"x" * number) for number in range(1, 6)]
        old = self.keys[0]
        self._write_keys([old, secrets.token_bytes(32)])
        with patch(f"{CHECK}.BATCH", 2):
            self.assertEqual(self.files._rotate(seconds=0), 5)
            with patch("time.time", side_effect=[0, 0, 100]):
                self.assertEqual(self.files._rotate(seconds=1), 3, "Interrupted after a batch")
            self.assertEqual(self.files._rotate(), 0)
        self._write_keys(self.keys[1:])
        for number, one in enumerate(stored, 1):
            self.assertEqual(self.files._open(one.owner, "thumb"), b"x" * number)
        self._write_keys([old])
        self._broken("photo1", "thumb", "The key of this file is missing")

    def test_without_a_key_nothing_starts(self):
        self.key_file.unlink()
        with mute_logger(FILES), self.assertRaisesRegex(KeyFileError, "cannot be read: No such file"):
            self.files._register_hook()


@tagged("post_install", "-at_install")
class TestConfiguration(TransactionCase):
    def _configured(self, text):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "odoo.conf"
        path.write_text(f"[clinic]\n{text}\n")
        self.startPatcher(patch.dict(config.options, {"config": str(path), "data_dir": f"{folder.name}/data"}))
        return Path(folder.name)

    def test_the_configuration_names_a_key_outside_of_the_data_folder(self):
        self._configured("")
        with self.assertRaisesRegex(KeyFileError, "names no key file"):
            configuration.keyring()
        folder = self._configured("vault_key = development")
        configuration.keyring()
        self.assertTrue((folder / "vault.key").is_file())
        self._configured(f"vault_key = {folder}/nothing")
        with self.assertRaisesRegex(KeyFileError, "cannot be read"):
            configuration.keyring()

    def test_a_key_beside_the_files_is_refused(self):
        folder = self._configured("")
        (folder / "odoo.conf").write_text(f"[clinic]\nvault_key = {folder}/data/key\n")
        with self.assertRaisesRegex(KeyFileError, "must lie outside of the data folder"):
            configuration.keyring()

    def test_a_bucket_takes_the_place_of_the_folder(self):
        self._configured("vault = memory://clinic")
        storage = configuration.storage("one")
        storage.put("ab" * 20, b"x")
        self.assertEqual(storage.get("ab" * 20), b"x")
        self.assertEqual([stored.name for stored in storage.names()], ["ab" * 20])
