"""The logs, against somebody who has the database: by real SQL, as the application's role and as a superuser."""

import json
import os
import subprocess
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from clinic_env import pg_binaries
from clinic_env.settings import Settings
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

FILES = [Path(__file__).parents[1] / "addons" / "clinic" / "sql" / name for name in ("log.sql", "log_owner.sql")]
SUPERUSER = "postgres"


@contextmanager
def connection(database, user=None):
    """A connection that commits each statement, as the application's role if none is given."""
    connected = psycopg2.connect(dbname=database, **({"user": user} if user else {}))
    connected.autocommit = True
    try:
        with connected.cursor() as cursor:
            yield cursor
    finally:
        connected.close()


def protect(database):
    with connection(database, SUPERUSER) as cursor:
        for file in FILES:
            cursor.execute(file.read_text())


@contextmanager
def environment(database):
    """Odoo's environment on the database, in a transaction that is committed."""
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry

    with Registry(database).cursor() as cr:
        yield Environment(cr, SUPERUSER_ID, {})


def verify(database):
    with environment(database) as env:
        return env["clinic.access.log"].verify()


@pytest.fixture(scope="module", autouse=True)
def no_tests_while_a_registry_is_made():
    """Odoo would look for tests of its own."""
    from odoo.tools import config

    enabled = config["test_enable"]
    config["test_enable"] = False
    yield
    config["test_enable"] = enabled


@pytest.fixture(scope="module")
def logged(module_database) -> str:
    """A database whose logs belong to a role of their own, with six rows."""
    protect(module_database)
    with environment(module_database) as env:
        patient = env["clinic.patient"].create({"name": "Ayesha Test"})
        env.cr.commit()
        for reason in "abcdef":
            env["clinic.access.log"]._log(patient, "export", reason=reason)
    return module_database


@pytest.fixture
def tampered(logged):
    """A cursor of a superuser on the database; afterwards the access log is as it was."""
    tables = ("clinic_access_log", "clinic_access_log_head")
    with connection(logged, SUPERUSER) as cursor:
        for table in tables:
            cursor.execute(f"CREATE TABLE clinic_log.kept_{table} AS TABLE clinic_log.{table}")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE clinic_log.{table} DISABLE TRIGGER ALL")
            cursor.execute(f"TRUNCATE clinic_log.{table}")
            cursor.execute(f"INSERT INTO clinic_log.{table} TABLE clinic_log.kept_{table}")
            cursor.execute(f"DROP TABLE clinic_log.kept_{table}")
        for file in FILES:
            cursor.execute(file.read_text())


@contextmanager
def behind_the_guards(cursor):
    """Let a superuser change the log, and put the triggers back."""
    for table in ("clinic_access_log", "clinic_access_log_head"):
        cursor.execute(f"ALTER TABLE clinic_log.{table} DISABLE TRIGGER USER")
    yield
    cursor.execute(FILES[0].read_text())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {log} SET reason = 'x'",
        "DELETE FROM {log}",
        "TRUNCATE {log}",
        "INSERT INTO {log} (sequence, at, user_id, model, action, hash) VALUES (99, now(), 1, 'x', 'open', 'x')",
        "UPDATE {log}_head SET sequence = 99",
        "DELETE FROM {log}_head",
        "DROP TABLE {log}",
        "DROP SCHEMA clinic_log CASCADE",
        "ALTER SCHEMA clinic_log RENAME TO gone",
        "ALTER TABLE {log} SET SCHEMA public",
        "ALTER TABLE {log} OWNER TO CURRENT_USER",
        "ALTER TABLE {log} DISABLE TRIGGER ALL",
        "DROP TRIGGER clinic_access_log_append_only ON {log}",
        "CREATE TRIGGER x BEFORE INSERT ON {log} EXECUTE FUNCTION clinic_log.refuse()",
        "CREATE OR REPLACE FUNCTION clinic_log.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TABLE clinic_log.mine ()",
        "SET ROLE clinic_log_owner",
        "SET session_replication_role = 'replica'",
        "CREATE RULE x AS ON INSERT TO {log} DO INSTEAD NOTHING",
        "ALTER ROLE clinic_log_owner LOGIN",
        "UPDATE {change} SET user_id = 1",
        "DELETE FROM {change}",
        "INSERT INTO {change} (model, action) VALUES ('clinic.note', 'write')",
        "DROP TABLE {change}",
        "DELETE FROM {change}_seal",
        "INSERT INTO {change}_seal VALUES (0, 0, 'x')",
        "UPDATE {change}_head SET sequence = 0",
    ],
)
def test_the_application_s_role_may_not(logged, statement):
    with connection(logged) as cursor, pytest.raises(psycopg2.Error) as error:
        cursor.execute(statement.format(log="clinic_log.clinic_access_log", change="clinic_log.clinic_change"))
    assert "permission denied" in str(error.value) or "must be" in str(error.value), error.value


def test_the_application_s_role_reads_and_appends(logged):
    result = verify(logged)
    assert result["ok"], result
    assert result["rows"] >= 6
    with connection(logged) as cursor:
        cursor.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute(
            "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'clinic_log'::regnamespace"
        )
        assert cursor.fetchall() == [("clinic_log_owner",)]
        cursor.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'clinic_log_owner'")
        assert cursor.fetchone() == (False,)
    assert not any("own role" in flaw for flaw in result["flaws"])


def test_without_the_step_the_log_says_that_it_is_not_protected(clone_database):
    database = clone_database()
    with connection(database, SUPERUSER) as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE datname = %s", [database]
        )
        [application] = cursor.fetchone()
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'clinic_log'::regnamespace AND relkind = 'r'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE clinic_log.{table} OWNER TO "{application}"')
        cursor.execute("SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'clinic_log'::regnamespace")
        for (function,) in cursor.fetchall():
            cursor.execute(f'ALTER FUNCTION {function} OWNER TO "{application}"')
        cursor.execute(f'ALTER SCHEMA clinic_log OWNER TO "{application}"')
    result = verify(database)
    assert result["ok"], result
    assert any("belong to the application's own role" in flaw for flaw in result["flaws"]), result
    # A log from before it had a schema of its own moves there, rows and all.
    with connection(database, SUPERUSER) as cursor:
        for table in ("clinic_access_log", "clinic_access_log_head"):
            cursor.execute(f"ALTER TABLE clinic_log.{table} SET SCHEMA public")
    protect(database)
    result = verify(database)
    assert result["ok"], result
    assert not any("own role" in flaw for flaw in result["flaws"]), result


TAMPERINGS = {
    "changed row": ("UPDATE {log} SET reason = 'x' WHERE sequence = {last} - 3", -3),
    "changed time": ("UPDATE {log} SET at = at - interval '1 day' WHERE sequence = {last} - 4", -4),
    "deleted row": ("DELETE FROM {log} WHERE sequence = {last} - 4", -4),
    "closed gap": (
        "DELETE FROM {log} WHERE sequence = {last} - 1; UPDATE {log} SET sequence = {last} - 1 WHERE sequence = {last}",
        -1,
    ),
    "swapped rows": (
        "UPDATE {log} SET sequence = -1 WHERE sequence = {last} - 4;"
        "UPDATE {log} SET sequence = {last} - 4 WHERE sequence = {last} - 3;"
        "UPDATE {log} SET sequence = {last} - 3 WHERE sequence = -1",
        -4,
    ),
    "cut tail": ("DELETE FROM {log} WHERE sequence > {last} - 2", -1),
    "added row": (
        "INSERT INTO {log} (sequence, at, user_id, model, action, hash)"
        " VALUES ({last} + 1, now(), 1, 'clinic.patient', 'open', 'x')",
        +1,
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_was_done_to_the_rows_is_found(logged, tampered, what):
    statement, offset = TAMPERINGS[what]
    tampered.execute("SELECT sequence FROM clinic_log.clinic_access_log_head")
    [last] = tampered.fetchone()
    with behind_the_guards(tampered):
        tampered.execute(statement.format(log="clinic_log.clinic_access_log", last=last))
    result = verify(logged)
    assert not result["ok"]
    assert result["broken"] == last + offset
    assert f"row {last + offset} of {last}" in result["text"]


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER clinic_access_log_append_only ON clinic_log.clinic_access_log",
        "ALTER TABLE clinic_log.clinic_access_log DISABLE TRIGGER clinic_access_log_append_only",
        "ALTER TABLE clinic_log.clinic_access_log ENABLE TRIGGER clinic_access_log_append_only",
        "DROP TRIGGER clinic_access_log_head_onward ON clinic_log.clinic_access_log_head",
        "ALTER TABLE clinic_log.clinic_access_log_head ENABLE REPLICA TRIGGER clinic_access_log_head_stays",
        "CREATE OR REPLACE FUNCTION clinic_log.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE OR REPLACE FUNCTION clinic_log.append_access(entries jsonb) RETURNS void LANGUAGE sql AS ''",
    ],
)
def test_a_guard_that_was_taken_away_is_found(logged, tampered, statement):
    tampered.execute(statement)
    result = verify(logged)
    assert not result["ok"], statement
    assert not result["broken"]
    assert "somebody has dropped, disabled or changed it" in result["text"]
    with environment(logged) as env, pytest.raises(Exception, match="another form"):
        env["clinic.access.log"].init()
    protect(logged)
    assert (found := verify(logged))["ok"], found["text"]


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("ALTER TABLE clinic_log.clinic_access_log OWNER TO {app}", "own role"),
        ("GRANT UPDATE ON clinic_log.clinic_access_log TO {app}", "own role"),
        ("GRANT clinic_log_owner TO {app}", "own role"),
    ],
)
def test_an_owner_or_right_that_is_not_as_it_should_be_is_told(logged, tampered, statement, flaw):
    tampered.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
    [app] = tampered.fetchone()
    try:
        tampered.execute(statement.format(app=app))
        assert any(flaw in text for text in verify(logged)["flaws"])
    finally:
        tampered.execute(f"REVOKE clinic_log_owner FROM {app}")
        protect(logged)
    assert not any(flaw in text for text in verify(logged)["flaws"])


@pytest.fixture
def checkpoints(tmp_path, monkeypatch):
    """A key and a folder outside the database."""
    key = Ed25519PrivateKey.generate()
    (tmp_path / "key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("CLINIC_LOG_KEY", str(tmp_path / "key"))
    monkeypatch.setenv("CLINIC_LOG_CHECKPOINTS", str(tmp_path))
    return tmp_path


def facts_of(folder, database):
    return json.loads((folder / f"{database}.jsonl").read_text().splitlines()[-1])


def _rewrite(cursor, upto=None):
    """Write the whole chain again with good hashes, each reason changed; cut it after ``upto`` rows."""
    from odoo.addons.clinic.access_log import START, row_hash

    cursor.execute(
        "SELECT sequence, to_char(at, 'YYYY-MM-DD HH24:MI:SS'), user_id, patient_id, model, action, reason, ip"
        " FROM clinic_log.clinic_access_log ORDER BY sequence LIMIT %s",
        [upto],
    )
    digest, rows = START, cursor.fetchall()
    for sequence, at, *values in rows:
        if upto is None:
            values[4] = "forged"
        digest = row_hash(digest, sequence, at, *values)
        cursor.execute(
            "UPDATE clinic_log.clinic_access_log SET reason = %s, hash = %s WHERE sequence = %s",
            [values[4], digest, sequence],
        )
    cursor.execute("DELETE FROM clinic_log.clinic_access_log WHERE sequence > %s", [len(rows)])
    cursor.execute("UPDATE clinic_log.clinic_access_log_head SET sequence = %s, hash = %s", [len(rows), digest])


def test_a_chain_written_again_and_a_cut_one_are_found_by_the_checkpoints(logged, tampered, checkpoints):
    with environment(logged) as env:
        env["clinic.access.log"]._cron_checkpoint()
    result = verify(logged)
    assert result["ok"] and not result["flaws"], result
    last = result["rows"]
    assert facts_of(checkpoints, logged)["changes"] > 0
    with behind_the_guards(tampered):
        _rewrite(tampered)
    assert verify(logged)["broken"] == last
    with behind_the_guards(tampered):
        _rewrite(tampered, upto=last - 2)
    assert verify(logged)["broken"] == last - 1
    # Without them nothing would tell.
    (checkpoints / f"{logged}.jsonl").unlink()
    assert (found := verify(logged))["ok"], found["text"]


def test_a_forged_checkpoint_is_found(logged, checkpoints):
    with environment(logged) as env:
        env["clinic.access.log"]._cron_checkpoint()
    file = checkpoints / f"{logged}.jsonl"
    file.write_text(file.read_text().replace('"rows": ', '"rows": 1'))
    result = verify(logged)
    assert not result["ok"]
    assert "Checkpoint 1 was not signed" in result["text"]


@pytest.fixture
def changed(logged):
    """A superuser's cursor and the id of a sealed change of a price; afterwards the change log is as it was."""
    with environment(logged) as env:
        product = env["product.template"].search([], limit=1)
        product.list_price += 1
    assert (found := verify(logged))["ok"], found["text"]
    with connection(logged, SUPERUSER) as cursor:
        cursor.execute("SELECT max(change_id) FROM clinic_log.clinic_change_seal")
        [change_id] = cursor.fetchone()
        # The head as well: while others work on the same server, what lost its seal is sealed again.
        tables = ("clinic_change", "clinic_change_seal", "clinic_change_head")
        for table in tables:
            cursor.execute(f"CREATE TABLE clinic_log.kept_{table} AS TABLE clinic_log.{table}")
            cursor.execute(f"ALTER TABLE clinic_log.{table} DISABLE TRIGGER USER")
        yield cursor, change_id
        for table in tables:
            cursor.execute(f"TRUNCATE clinic_log.{table}")
            cursor.execute(f"INSERT INTO clinic_log.{table} TABLE clinic_log.kept_{table}")
            cursor.execute(f"DROP TABLE clinic_log.kept_{table}")
    protect(logged)
    assert (found := verify(logged))["ok"], found["text"]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE clinic_log.clinic_change SET user_id = 99 WHERE id = {id}", "at place"),
        ("UPDATE clinic_log.clinic_change SET new = '{{}}' WHERE id = {id}", "at place"),
        ("DELETE FROM clinic_log.clinic_change WHERE id = {id}", "at place"),
        ("DELETE FROM clinic_log.clinic_change_seal WHERE change_id = {id}", "at place"),
        (
            "INSERT INTO clinic_log.clinic_change (tx, model, action) VALUES ('3', 'clinic.note', 'write')",
            "was added behind its back",
        ),
    ],
)
def test_what_was_done_to_the_changes_is_found(logged, changed, statement, words):
    cursor, change_id = changed
    cursor.execute(statement.format(id=change_id))
    with environment(logged) as env:
        # What is sealed now would have come after.
        changes = env["clinic.change"]
        found = [changes._first_broken({}), changes._first_unsealed()]
    assert any(found), statement
    result = verify(logged)
    assert not result["ok"]
    assert words in result["text"], result


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER clinic_change ON clinic_note",
        "ALTER TABLE clinic_note DISABLE TRIGGER clinic_change",
        "ALTER TABLE clinic_note ENABLE TRIGGER clinic_change",
        "DROP TRIGGER clinic_change ON clinic_note; CREATE TRIGGER clinic_change AFTER UPDATE ON clinic_note"
        " FOR EACH ROW EXECUTE FUNCTION clinic_log.record_change('clinic.note', 'id', '', 'body', '', '')",
    ],
)
def test_a_table_whose_changes_are_not_logged_any_more_is_found(logged, statement):
    with connection(logged) as cursor:
        cursor.execute(statement)
    result = verify(logged)
    assert not result["ok"]
    assert "Changes in clinic_note are not logged any more" in result["text"]
    with environment(logged) as env:
        env["clinic.change"]._ensure_triggers()
    assert (found := verify(logged))["ok"], found["text"]


def test_changes_of_many_at_once_are_all_sealed_without_anybody_waiting(logged):
    connections = [psycopg2.connect(dbname=logged) for _number in range(5)]
    try:
        with environment(logged) as env:
            ids = env["product.template"].create([{"name": f"Product {number}"} for number in range(5)]).ids
            env.flush_all()
            env.cr.execute("SELECT max(id) FROM clinic_log.clinic_change")
            [before] = env.cr.fetchone()
        # All of them change something, none has committed: nobody waits for another.
        for connected, id_ in zip(connections, ids, strict=True):
            with connected.cursor() as cursor:
                cursor.execute("SET statement_timeout = '5s'")
                cursor.execute("UPDATE product_template SET list_price = list_price + 1 WHERE id = %s", [id_])
        # The last commits first; one is rolled back.
        for number, connected in reversed(list(enumerate(connections))):
            connected.rollback() if number == 2 else connected.commit()
            verify(logged)
    finally:
        for connected in connections:
            connected.close()
    assert (found := verify(logged))["ok"], found["text"]
    with connection(logged) as cursor:
        cursor.execute(
            "SELECT count(*), count(s.change_id) FROM clinic_log.clinic_change c"
            " LEFT JOIN clinic_log.clinic_change_seal s ON s.change_id = c.id"
            " WHERE c.id > %s",
            [before],
        )
        assert cursor.fetchone() == (4, 4)


def test_a_restored_backup_has_its_owner_back(logged):
    target = f"clinic_restore_{uuid.uuid4().hex[:12]}"
    programs, superuser = pg_binaries.find(Settings.read()), {**os.environ, "PGUSER": SUPERUSER}
    with connection("postgres", SUPERUSER) as cursor:
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [logged])
        [application] = cursor.fetchone()
        cursor.execute(f'CREATE DATABASE "{target}" OWNER "{application}" TEMPLATE template0')
    try:
        dump = subprocess.run(
            [programs / "pg_dump", "-Fc", "--schema=clinic_log", logged], env=superuser, check=True, capture_output=True
        ).stdout
        subprocess.run(
            [programs / "pg_restore", "--exit-on-error", "--dbname", target], env=superuser, check=True, input=dump
        )
        query = """
            SELECT relname, relowner::regrole::text, relacl::text FROM pg_class
             WHERE relnamespace = 'clinic_log'::regnamespace AND relkind = 'r' ORDER BY 1"""
        found = []
        for database in (logged, target):
            with connection(database, SUPERUSER) as cursor:
                cursor.execute(query)
                found.append(cursor.fetchall())
        assert found[0] == found[1]
        with connection(target) as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM clinic_log.clinic_access_log")
        with connection(target, SUPERUSER) as cursor, pytest.raises(psycopg2.Error, match="append-only"):
            cursor.execute("DELETE FROM clinic_log.clinic_access_log")
    finally:
        with connection("postgres", SUPERUSER) as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
