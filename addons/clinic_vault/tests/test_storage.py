import os
import secrets
import subprocess
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import fsspec
import requests
from moto.server import ThreadedMotoServer

from odoo.tests import BaseCase, tagged

from ..kernel import BucketStorage, FolderStorage, Missing, StorageError, Unmarked, Vault, WrongStorage
from ..kernel.keyring import Keyring
from ..kernel.storage import TEMPORARY


class StorageTests:
    """What each storage promises; both are tested by the same."""

    def setUp(self):
        super().setUp()
        self.storage = self.make_storage()
        self.name = secrets.token_hex(20)

    def test_what_was_written_is_read(self):
        self.storage.put(self.name, b"one")
        self.assertEqual(self.storage.get(self.name), b"one")
        self.storage.put(self.name, b"two!")
        self.assertEqual(self.storage.get(self.name), b"two!")
        [stored] = self.storage.names()
        self.assertEqual((stored.name, stored.size), (self.name, 4))
        self.assertLess(abs(stored.changed - time.time()), 120)

    def test_what_is_not_there_is_missing(self):
        with self.assertRaises(Missing):
            self.storage.get(self.name)
        self.storage.delete(self.name)

    def test_what_was_deleted_is_gone(self):
        self.storage.put(self.name, b"x" * 10_000)
        self.storage.delete(self.name)
        with self.assertRaises(Missing):
            self.storage.get(self.name)
        self.assertEqual(list(self.storage.names()), [])

    def test_a_vault_finds_missing_altered_and_garbage(self):
        vault = Vault(self.storage, Keyring([secrets.token_bytes(32)]), "db")
        names = dict(vault.put("photo", variant, b"x" * 100) for variant in ("a", "b", "c", "d"))
        gone, cut, nobodys, _good = names
        self.storage.delete(gone)
        self.storage.put(cut, b"cut")
        known = {name: size for name, size in names.items() if name != nobodys}
        self.assertEqual(vault.compare(known, time.time()), ({gone}, {cut}, set()))
        self.assertEqual(vault.compare(known, time.time() + 90_000), ({gone}, {cut}, {nobodys}))

    def test_garbage_can_be_fetched_from_the_trash_for_thirty_days(self):
        vault, now = Vault(self.storage, Keyring([secrets.token_bytes(32)]), "db"), time.time()
        name, _size = vault.put("photo", "a", b"x" * 100)
        vault.mark()
        vault.throw_away(name, now)
        self.assertEqual(list(self.storage.names()), [])
        self.assertEqual(len(list(self.storage.names(trash=True))), 1)
        self.assertEqual(vault.bring_back({name, "0" * 40}), {name})
        self.assertEqual(vault.get(name, "photo", "a"), b"x" * 100)
        vault.throw_away(name, now)
        self.assertEqual(vault.empty_trash(now + 29 * 86_400), 0)
        self.assertEqual(vault.empty_trash(now + 31 * 86_400), 1)
        self.assertEqual(vault.bring_back({name}), set())

    def test_a_storage_says_whose_it_is(self):
        keyring = Keyring([secrets.token_bytes(32)])
        mine, other = Vault(self.storage, keyring, "mine"), Vault(self.storage, keyring, "other")
        with self.assertRaises(Unmarked):
            mine.verify()
        self.assertTrue(mine.is_empty())
        mine.mark()
        mine.verify()
        self.assertTrue(mine.is_empty(), "The mark is no file")
        with self.assertRaisesRegex(WrongStorage, "belongs to another database, mine"):
            other.verify()


@tagged("post_install", "-at_install")
class TestFolderStorage(StorageTests, BaseCase):
    def make_storage(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name) / "vault"
        return FolderStorage(self.root)

    def test_a_broken_write_leaves_what_was_there(self):
        self.storage.put(self.name, b"good")
        with patch("os.fsync", side_effect=OSError(28, "No space left on device")):
            with self.assertRaisesRegex(StorageError, "no room"):
                self.storage.put(self.name, b"half")
        self.assertEqual(self.storage.get(self.name), b"good")
        self.assertEqual(len(list(self.storage.names())), 1)

    def test_what_a_killed_write_leaves_is_garbage_that_goes(self):
        self.storage.put(self.name, b"good")
        left = self.root / self.name[:2] / self.name[2:4] / f".new-{self.name}-00000000"
        left.write_bytes(b"half")
        vault = Vault(self.storage, Keyring([secrets.token_bytes(32)]), "db")
        _missing, _altered, garbage = vault.compare({self.name: 4}, time.time() + 90_000)
        self.assertEqual(garbage, {left.name})
        vault.delete(left.name)
        self.assertFalse(left.exists())
        self.assertEqual(self.storage.get(self.name), b"good")

    def test_the_data_key_is_destroyed_before_the_file_goes(self):
        self.storage.put(self.name, b"K" * 5000)
        path = self.root / self.name[:2] / self.name[2:4] / self.name
        os.link(path, self.root / "kept")
        self.storage.delete(self.name)
        self.assertEqual((self.root / "kept").read_bytes()[:4096], b"\0" * 4096)

    def test_only_the_owner_reads_what_is_written(self):
        self.storage.put(self.name, b"x")
        path = self.root / self.name[:2] / self.name[2:4] / self.name
        self.assertEqual(path.stat().st_mode & 0o077, 0)
        self.assertEqual(path.parent.stat().st_mode & 0o077, 0)

    def test_a_full_disk_refuses_and_takes_the_same_once_there_is_room(self):
        with tempfile.TemporaryDirectory() as folder:
            mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", folder]
            if subprocess.run(mount, capture_output=True, check=False).returncode:
                self._on_a_full_device(folder)
                return
            try:
                storage = FolderStorage(folder)
                first, second = secrets.token_hex(20), secrets.token_hex(20)
                storage.put(first, b"a" * 150_000)
                with self.assertRaisesRegex(StorageError, "no room"):
                    storage.put(second, b"b" * 200_000)
                self.assertEqual([stored.name for stored in storage.names()], [first])
                storage.delete(first)
                storage.put(second, b"b" * 200_000)
                self.assertEqual(storage.get(second), b"b" * 200_000)
            finally:
                subprocess.run(["umount", folder], check=True)

    def _on_a_full_device(self, folder):
        """Without the right to mount: the system's device that is always full takes the place of the new file."""
        storage, open_ = FolderStorage(folder), os.open

        def open_full(path, flags, *args, **kwargs):
            if TEMPORARY in str(path):
                return open_("/dev/full", os.O_WRONLY)
            return open_(path, flags, *args, **kwargs)

        with patch("os.open", open_full), self.assertRaisesRegex(StorageError, "no room"):
            storage.put(self.name, b"a" * 150_000)
        self.assertEqual(list(storage.names()), [])
        storage.put(self.name, b"a" * 150_000)
        self.assertEqual(storage.get(self.name), b"a" * 150_000)


@tagged("post_install", "-at_install")
class TestBucketStorage(StorageTests, BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        cls.server.start()
        cls.addClassCleanup(cls.server.stop)
        cls.address = "http://{}:{}".format(*cls.server.get_host_and_port())

    def make_storage(self):
        bucket = f"clinic-{secrets.token_hex(6)}"
        session = requests.Session()
        # Straight to this machine.
        session.trust_env = False
        session.put(f"{self.address}/{bucket}", timeout=10).raise_for_status()
        return BucketStorage(self.filesystem(self.address), f"{bucket}/vault")

    def filesystem(self, address):
        return fsspec.filesystem(
            "s3",
            key="test",
            secret="test",
            endpoint_url=address,
            client_kwargs={"region_name": "us-east-1"},
            config_kwargs={"retries": {"max_attempts": 0}},
            use_listings_cache=False,
            skip_instance_cache=True,
        )

    def test_a_bucket_that_cannot_be_reached_says_nothing_of_a_file(self):
        storage = BucketStorage(self.filesystem("http://127.0.0.1:1"), "clinic/vault")
        for work in (
            storage.get,
            storage.delete,
            lambda name: storage.put(name, b"x"),
            lambda _: list(storage.names()),
        ):
            with self.assertRaisesRegex(StorageError, "The storage gives an error"):
                work(self.name)

    def test_a_file_of_unknown_age_is_young(self):
        class Service:
            """One that does not say when something was written."""

            def find(self, root, detail):
                return {f"{root}/ab/{'ab' * 20}": {"size": 9}}

        vault = Vault(BucketStorage(Service(), "clinic"), Keyring([secrets.token_bytes(32)]), "db")
        self.assertEqual(vault.compare({}, time.time()), (set(), set(), set()))
