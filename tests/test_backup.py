"""Backups, with real databases, files and processes: what is stored comes back, and what is broken is found."""

import configparser
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

RACES = Path(__file__).parent / "races"
sys.path.append(str(RACES))

import smtp_sink  # noqa: E402 (a script's neighbour, found once its folder is)

ROOM = "4m"


class Clinic:
    """A clinic with a configuration of its own, which says where its backups are kept."""

    def __init__(self, database, folder):
        self.database, self.folder = database, folder
        self.repository, self.password = folder / "backups", folder / "password"
        self.password.write_text("a password of the test")
        self.rc = self.configured("one.conf", backup=self.repository)

    def configured(self, name, *, data=None, **options):
        """Write a configuration as the tests have it, with what is given here, and return its path."""
        parser = configparser.RawConfigParser(strict=False)
        parser.read(os.environ["ODOO_RC"])
        key = Path(parser.get("options", "data_dir")).parent / "vault.key"
        options = {"backup_password": self.password, "vault_key": key, **options}
        for option, value in options.items():
            parser.set("clinic", option, str(value))
        if data:
            parser.set("options", "data_dir", str(data))
        path = self.folder / name
        with path.open("w") as file:
            parser.write(file)
        return path

    @property
    def data(self):
        parser = configparser.RawConfigParser(strict=False)
        parser.read(self.rc)
        return Path(parser.get("options", "data_dir"))

    def command(self, *words, rc=None):
        return [sys.executable, str(RACES / "odoo_main.py"), "backup", *words, "--config", str(rc or self.rc)]

    def run(self, action, *words, database=None, rc=None):
        """Run the command; return (whether all is well, what it says)."""
        done = subprocess.run(
            self.command(action, "--database", database or self.database, *words, rc=rc),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode == 0, done.stdout + done.stderr

    def query(self, statement, database=None):
        with psycopg2.connect(dbname=database or self.database) as link, link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def last(self):
        """Return (kind, state, problems) of the last run, as the app shows it."""
        return self.query("SELECT kind, state, problems FROM clinic_backup ORDER BY id DESC LIMIT 1")[0]

    def folders(self, database=None, data=None):
        data, database = data or self.data, database or self.database
        return {"filestore": data / "filestore" / database, "vault": data / "clinic_vault" / database}

    def hashes(self, database=None, data=None):
        """Return {file: SHA-256} of all stored files, garbage lists apart."""
        return {
            f"{name}/{path.relative_to(folder)}": hashlib.sha256(path.read_bytes()).hexdigest()
            for name, folder in self.folders(database, data).items()
            for path in folder.rglob("*")
            if path.is_file() and "checklist" not in path.parts
        }


@pytest.fixture(scope="module")
def clinic(module_database, tmp_path_factory):
    """A clinic with one backup, and a mail server that keeps what managers are sent."""
    with smtp_sink.Sink() as sink:
        script = [sys.executable, str(RACES / "backup_clinic.py"), module_database, str(sink.port)]
        subprocess.run(script, capture_output=True, text=True, timeout=300, check=True)
        made = Clinic(module_database, tmp_path_factory.mktemp("backup"))
        made.sink = sink
        is_well, text = made.run("now")
        assert is_well, text
        yield made
        shutil.rmtree(made.data / "clinic_backup" / module_database, ignore_errors=True)


@contextmanager
def broken(path, data):
    """Have the file ``path`` contain ``data`` for a while; None: be missing."""
    kept, mode = path.read_bytes(), path.stat().st_mode
    path.chmod(0o600)
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(kept)
        path.chmod(mode)


def packs(clinic):
    return sorted((clinic.repository / "data").rglob("*"), key=lambda path: path.stat().st_size)


def noticed(clinic, text):
    """Whether the app and a mail to the manager say so."""
    [(details, number)] = clinic.query(
        "SELECT details, id FROM clinic_access_alarm WHERE kind = 'backup' AND state = 'open'"
    )
    assert text in details, details
    [(count,)] = clinic.query(
        f"SELECT count(*) FROM mail_activity WHERE res_model = 'clinic.access.alarm' AND res_id = {number}"
    )
    assert count
    assert any("manager@backup.example.com" in to for to, _text in clinic.sink.mails), clinic.sink.mails
    clinic.query("UPDATE clinic_access_alarm SET state = 'reviewed' WHERE kind = 'backup'")
    clinic.query("DELETE FROM mail_activity WHERE res_model = 'clinic.access.alarm'")
    clinic.sink.mails.clear()


def test_a_second_backup_takes_little_room_and_a_drill_proves_it(clinic):
    is_well, text = clinic.run("now")
    assert is_well, text
    [(size, added, count)] = clinic.query(
        "SELECT size, added, file_count FROM clinic_backup WHERE kind = 'backup' ORDER BY id DESC LIMIT 1"
    )
    assert added < size / 2, (size, added)
    assert count > 24
    is_well, text = clinic.run("drill")
    assert is_well, text
    assert "patients: 1" in text, text
    assert clinic.last() == ("drill", "done", None)
    assert not clinic.query(f"SELECT 1 FROM pg_database WHERE datname = '{clinic.database}_drill'")
    assert not (clinic.data / "clinic_backup" / clinic.database / "drill").exists()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE account_move_line SET debit = debit + 1"
            " WHERE id = (SELECT max(id) FROM account_move_line WHERE debit > 0)",
            "debit",
        ),
        (
            "UPDATE clinic_patient SET write_date = now() WHERE id = (SELECT max(id) FROM clinic_patient)",
            "clinic_patient",
        ),
        (
            "ALTER TABLE clinic_log.clinic_change DISABLE TRIGGER ALL; UPDATE clinic_log.clinic_change SET role = 'x'"
            " WHERE id = (SELECT min(id) FROM clinic_log.clinic_change)",
            "change log",
        ),
    ],
    ids=["a balance", "one value", "the log"],
)
def test_a_drill_finds_what_was_changed_in_the_copy(clinic, statement, found):
    script = [sys.executable, str(RACES / "backup_meddled.py"), clinic.database, statement]
    done = subprocess.run(
        script, env={**os.environ, "ODOO_RC": str(clinic.rc)}, capture_output=True, text=True, timeout=300, check=False
    )
    assert not done.returncode, done.stderr
    assert any(found in problem for problem in json.loads(done.stdout)), done.stdout


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE account_move_line SET balance = balance + 1, debit = debit + 1 WHERE debit > 0",
            "posted entries balance",
        ),
        ("UPDATE account_move_line SET debit = debit + 1 WHERE debit > 0", "debit and credit"),
        ("DELETE FROM clinic_log.clinic_change_seal WHERE sequence = 1", "seals"),
        (
            "INSERT INTO stock_quant (product_id, location_id, quantity, reserved_quantity, in_date)"
            " SELECT p.id, l.id, 3, 0, now() FROM product_product p, stock_location l"
            " WHERE l.usage = 'internal' LIMIT 1",
            "lies in stock",
        ),
    ],
    ids=["an entry", "a line", "a log", "stock"],
)
def test_what_does_not_hold_is_found(clinic, statement, found):
    from odoo.addons.clinic_backup.kernel import broken

    link = psycopg2.connect(dbname=clinic.database, user="postgres")
    try:
        with link.cursor() as cursor:
            assert list(broken(cursor)) == []
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("ALTER TABLE clinic_log.clinic_change_seal DISABLE TRIGGER ALL")
            cursor.execute(statement)
            assert cursor.rowcount
            assert any(found in text for text in broken(cursor)), list(broken(cursor))
    finally:
        link.rollback()
        link.close()


def test_a_flipped_byte(clinic):
    pack = packs(clinic)[-1]
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    with broken(pack, bytes(data)):
        for action in ("check", "drill"):
            is_well, text = clinic.run(action)
            assert not is_well, text
            assert clinic.last()[:2] == (action, "failed")
            noticed(clinic, "damaged")
    assert clinic.run("check")[0]


def test_a_missing_pack(clinic):
    with broken(packs(clinic)[-1], None):
        is_well, text = clinic.run("check")
        assert not is_well, text
        noticed(clinic, "damaged")


def test_a_wrong_password(clinic):
    with broken(clinic.password, b"another one"):
        is_well, text = clinic.run("now")
        assert not is_well, text
        noticed(clinic, "password")
    with broken(clinic.password, None):
        is_well, text = clinic.run("now")
        assert not is_well, text
        noticed(clinic, "is missing")


def test_a_missing_photo(clinic):
    [photo] = [path for path in clinic.folders()["vault"].rglob("*") if path.is_file() and len(path.name) == 40][:1]
    with broken(photo, None):
        is_well, text = clinic.run("now")
        assert not is_well, text
        assert photo.name in clinic.last()[2]
        noticed(clinic, "missing from the vault")
        # What there was is stored all the same, and the drill says what is not in it.
        assert not clinic.run("drill")[0]
        noticed(clinic, "missing from the vault")


def test_a_full_target(clinic):
    target = clinic.folder / "small"
    target.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(target)], check=True)
    try:
        rc = clinic.configured("small.conf", backup=target / "backups")
        is_well, text = clinic.run("now", rc=rc)
        assert not is_well, text
        noticed(clinic, "no room")
    finally:
        subprocess.run(["umount", str(target)], check=True)


def test_a_run_that_is_killed(clinic):
    before = {path.name for path in (clinic.repository / "snapshots").iterdir()}
    for step in ("the database", "the files"):
        child = subprocess.Popen(
            clinic.command("now", "--database", clinic.database),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        for line in child.stdout:
            if line.strip().endswith(step):
                break
        # It has begun with that step, and needs longer for it.
        time.sleep(0.3)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert clinic.last()[:2] == ("backup", "running")
        clinic.query("UPDATE clinic_backup SET begun_at = begun_at - interval '2 minutes' WHERE state = 'running'")
        is_well, text = clinic.run("now")
        assert is_well, text
        assert clinic.last()[:2] == ("backup", "done")
        noticed(clinic, "process has ended")
    assert len({path.name for path in (clinic.repository / "snapshots").iterdir()} - before) >= 1
    assert not list((clinic.data / "clinic_backup" / clinic.database / "current").iterdir())


def test_an_empty_machine(clinic):
    """A second home: other folders, another database; also when the restore was killed on the way."""
    home, back = clinic.folder / "empty" / "data", f"{clinic.database}_back"
    rc = clinic.configured("empty.conf", data=home, backup=clinic.repository)
    assert clinic.run("now")[0]
    wanted = clinic.hashes()
    try:
        child = subprocess.Popen(
            clinic.command("restore", "--database", back, "--from", clinic.database, rc=rc),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        for line in child.stdout:
            if "owner of the logs" in line:
                break
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert not clinic.query(f"SELECT 1 FROM pg_database WHERE datname = '{back}'"), "not there until it is whole"
        is_well, text = clinic.run("restore", "--from", clinic.database, database=back, rc=rc)
        assert is_well, text
        assert "patients: 1" in text, text
        assert clinic.hashes(back, home) == wanted
        is_well, text = clinic.run("restore", "--from", clinic.database, database=back, rc=rc)
        assert not is_well
        assert "already" in text
        owners = clinic.query(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class"
            " WHERE relnamespace = 'clinic_log'::regnamespace AND relkind = 'r'",
            back,
        )
        assert owners == [("clinic_log_owner",)]
    finally:
        for name in (back, f"{back}_restoring"):
            subprocess.run(["dropdb", "--if-exists", "--username=postgres", name], check=True)
