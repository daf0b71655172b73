import base64
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import config, mute_logger

from .. import configuration
from ..kernel import FolderStorage, KeyFileError, StorageError, WrongStorage
from ..kernel.storage import MARKER
from ..models.ir_config_parameter import DATABASE

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

    def test_each_damage_is_said_and_the_managers_are_notified(self):
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
        self.env.cr.execute("DELETE FROM clinic_vault_file")
        self.env.cr.postrollback.run()
        self.assertEqual(list(FolderStorage(self.root).names()), [])

    def test_what_was_committed_stays_though_the_answer_was_lost(self):
        self.files._store("one", "thumb", b"data")
        # The row is there, and yet this transaction believes that it was rolled back.
        self.env.cr.postrollback.run()
        self.assertEqual(self.files._open("one", "thumb"), b"data")

    def test_what_is_erased_is_destroyed_once_that_is_committed(self):
        stored = self.files._store("one", "thumb", b"data")
        path = self._path(stored)
        stored._erase()
        self.assertTrue(path.exists())
        self.env.cr.postcommit.run()
        self.assertFalse(path.exists())
        self.assertIsNone(self.files._open("one", "thumb"))

    def test_one_file_that_cannot_be_deleted_keeps_neither_the_request_nor_the_others(self):
        stored = [self.files._store(name, "thumb", b"data") for name in ("one", "two")]
        paths = [self._path(one) for one in stored]
        stuck, delete = stored[0].name, FolderStorage.delete

        def refuse(storage, name):
            if name == stuck:
                raise StorageError("The storage gives an error: Read-only file system.")
            delete(storage, name)

        (stored[0] | stored[1])._erase()
        with patch.object(FolderStorage, "delete", refuse), mute_logger(FILES):
            self.env.cr.postcommit.run()
        self.assertEqual([path.exists() for path in paths], [True, False])
        self.assertEqual(self.files._check(garbage_age=0)["deleted"], 1, "The check finds it")

    # -- whose storage it is ------------------------------------------------------------------------------------------

    def _refused_to_store(self):
        try:
            with mute_logger(FILES):
                self.files._store("new", "thumb", b"data")
        except UserError as error:
            self.assertIn("no way to where files are kept", str(error))
            return
        self.fail("It was stored")

    def test_another_database_s_storage_is_neither_cleaned_nor_written_to(self):
        name = self.files._store("one", "thumb", b"data").name
        FolderStorage(self.root).put(MARKER, b"This vault belongs to:\nanother-database\n")
        self.env.cr.execute("DELETE FROM clinic_vault_file")
        self.env.invalidate_all()
        with self.assertRaises(WrongStorage):
            self.files._check(garbage_age=0)
        with mute_logger(FILES):
            self.files._cron_check()
        self._refused_to_store()
        self.assertEqual([one.name for one in FolderStorage(self.root).names()], [name])
        self.assertIn("belongs to another database, another-database", self._alarms().details)

    def test_a_storage_that_is_not_mounted_is_noticed(self):
        stored = self.files._store("one", "thumb", b"data")
        self.root.rename(self.root.with_name("unmounted"))
        self._broken("one", "thumb", "The storage does not answer")
        self._refused_to_store()
        with mute_logger(FILES):
            self.files._cron_check()
        stored.invalidate_recordset()
        self.assertFalse(stored.fault, "Nothing is missing")
        self.assertFalse(self.root.exists(), "Nothing is stored below the place where it should be mounted")
        self.assertIn("is its disk mounted", self._alarms().details)
        self.files._adopt()
        self.assertEqual(self.files._check()["missing"], 1)

    def test_an_older_database_deletes_nothing_for_good(self):
        stored = self.files._store("one", "thumb", b"data")
        [row] = stored.read(["name", "owner", "variant", "size", "key_id"], load=None)
        row.pop("id")
        self.env.cr.execute("DELETE FROM clinic_vault_file")
        self.env.invalidate_all()
        self.assertEqual(self.files._check(garbage_age=0)["deleted"], 1)
        self.assertEqual(list(FolderStorage(self.root).names()), [])
        again = self.files.create(row)
        found = self.files._check()
        self.assertEqual((found["back"], found["missing"]), (1, 0))
        self.assertEqual((self.files._open("one", "thumb"), again.fault), (b"data", False))

    def test_a_great_deal_of_garbage_is_none(self):
        for name in ("one", "two", "three"):
            self.files._store(name, "thumb", b"data")
        self.env.cr.execute("DELETE FROM clinic_vault_file")
        self.env.invalidate_all()
        with patch(f"{CHECK}.MOST_GARBAGE", 2), mute_logger(CHECK):
            found = self.files._check(garbage_age=0)
            self.assertEqual((found["deleted"], found["kept"]), (0, 3))
            self.assertEqual(len(list(FolderStorage(self.root).names())), 3)
            self.assertIn("3 files in the storage are unknown", self._alarms().details)
            self.assertEqual(self.files._check(garbage_age=0, delete=True)["deleted"], 3)

    def test_what_all_files_are_bound_to_is_kept(self):
        stored = self.files._store("one", "thumb", b"data")
        parameters = self.env["ir.config_parameter"]
        for work in (
            lambda: parameters.set_param(DATABASE, "another"),
            lambda: parameters.set_param(DATABASE, False),
            lambda: parameters.search([("key", "=", DATABASE)]).write({"key": "renamed"}),
        ):
            with self.assertRaises(ValidationError):
                work()
        database = parameters.get_param(DATABASE)
        self.assertIn(database, (self.root / MARKER).read_text(), "A copy of it is with the files")
        self.env.cr.execute("DELETE FROM ir_config_parameter WHERE key = %s", [DATABASE])
        self.env.registry.clear_cache("stable")
        self._broken("one", "thumb", "The storage does not answer")
        self._refused_to_store()
        self.assertIn("is missing. Create it again", self._alarms().details)
        parameters.set_param(DATABASE, database)
        self.assertEqual(self.files._open("one", "thumb"), b"data")
        self.assertTrue(stored.exists())

    def test_a_storage_of_before_there_were_marks_gets_one_when_a_file_opens(self):
        self.files._store("one", "thumb", b"data")
        (self.root / MARKER).unlink()
        self._refused_to_store()
        self.assertTrue(self.files._mark_known_storage())
        self.files._store("two", "thumb", b"data")
        (self.root / MARKER).unlink()
        for path in list(self.root.rglob("*")):
            if path.is_file():
                path.unlink()
        self.assertFalse(self.files._mark_known_storage(), "It may be unmounted")

    def test_a_key_that_is_gone_while_the_clinic_works_is_said(self):
        self.files._store("one", "thumb", b"data")
        self.key_file.unlink()
        self._refused_to_store()
        self._broken("one", "thumb", "The key of this file is missing")
        with mute_logger(FILES):
            self.files._cron_check()
        self.assertIn("cannot be read: No such file", self._alarms().details)

    # -- the check ----------------------------------------------------------------------------------------------------

    def test_what_is_missing_is_noted_before_anything_is_opened(self):
        gone = self.files._store("one", "thumb", b"data")
        self._path(gone).unlink()
        # Not assertRaises, which rolls back: the scheduler commits before files are opened.
        with patch.object(type(self.files), "_open_next", side_effect=TimeoutError), suppress(TimeoutError):
            self.files._check()
        self.assertEqual(gone.fault, "missing")
        self.assertIn(gone.name, self._alarms().details)

    def test_each_file_is_opened_once_a_week_and_no_longer_than_there_is_time(self):
        stored = [self.files._store(name, "thumb", b"data") for name in ("one", "two", "three")]
        self.assertEqual(self.files._check(seconds=60)["opened"], 0)
        self.env.flush_all()
        self.env.cr.execute("UPDATE clinic_vault_file SET verified_at = verified_at - interval '8 days'")
        self.env.invalidate_all()
        self.assertEqual(self.files._check(seconds=0)["opened"], 0)
        with (
            patch(f"{CHECK}.BATCH", 1),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=0),
        ):
            self.assertEqual(self.files._check(seconds=60, commit=True)["opened"], 1, "The scheduler says stop")
        self.assertEqual(self.files._check(seconds=60)["opened"], 2)
        self.assertEqual(len(stored), 3)

    def test_the_check_finds_all_and_forgets_what_is_mended(self):
        good, bad, gone = (self.files._store(name, "thumb", name.encode()) for name in ("a", "b", "c"))
        unknown = FolderStorage(self.root)
        unknown.put(secrets.token_hex(20), b"left behind")
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
        self.assertEqual(len(list(unknown.names())), 3)

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
        with self.assertRaisesRegex(KeyFileError, "must be outside of the data folder"):
            configuration.keyring()

    def test_a_key_in_the_vault_is_refused(self):
        folder = self._configured("")
        (folder / "odoo.conf").write_text(f"[clinic]\nvault_key = {folder}/vault/key\nvault = {folder}/vault\n")
        with self.assertRaisesRegex(KeyFileError, "must be outside of the vault"):
            configuration.keyring()

    def test_a_storage_that_cannot_be_used_is_said(self):
        self._configured("vault = memory://clinic-two\nvault_options = no JSON")
        with self.assertRaisesRegex(StorageError, "cannot be used"):
            configuration.storage("one")

    def test_a_bucket_takes_the_place_of_the_folder(self):
        self._configured("vault = memory://clinic")
        storage = configuration.storage("one")
        storage.put("ab" * 20, b"x")
        self.assertEqual(storage.get("ab" * 20), b"x")
        self.assertEqual([stored.name for stored in storage.names()], ["ab" * 20])
