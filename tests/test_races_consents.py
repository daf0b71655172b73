"""Consents, on two servers with one database, as two workers are: who signs first, and who guesses links."""

import json
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

RACES = Path(__file__).parent / "races"
sys.path.append(str(RACES))

import server  # noqa: E402 (a script's neighbour, found once its folder is)

ROUNDS = 5
GUESSES = 200
# As many as one address may guess in the time in which they are counted.
FREE = 20
# How long an answer to a wrong link takes at least.
LEAST = 0.25
# What who has the database may change, were it not for the guards.
TABLES = {
    "clinic_log": ("clinic_change", "clinic_change_seal", "clinic_change_head"),
    "public": ("clinic_consent", "clinic_consent_document"),
}
SQL = Path(__file__).parents[1] / "addons" / "clinic" / "sql"


@pytest.fixture(scope="module")
def clinic(module_database, tmp_path_factory):
    script = [sys.executable, str(RACES / "consent_people.py"), module_database, str(ROUNDS + 1)]
    links = json.loads(subprocess.run(script, capture_output=True, text=True, timeout=600, check=True).stdout)
    folder = tmp_path_factory.mktemp("servers")
    with (
        server.serving(module_database, folder / "one.log") as one,
        server.serving(module_database, folder / "other.log") as other,
    ):
        yield module_database, (one, other), links
        for log in folder.iterdir():
            assert "Traceback" not in log.read_text(errors="replace")


def query(database, statement):
    with psycopg2.connect(dbname=database) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


def test_two_browsers_sign_at_once_and_one_is_told(clinic):
    database, addresses, links = clinic
    for link in links[:ROUNDS]:
        ready = threading.Barrier(2)

        def sign(address, link=link, ready=ready):
            session = server.direct_session()
            assert session.get(f"{address}{link['path']}", timeout=60).status_code == 200
            ready.wait(timeout=60)
            return session.post(f"{address}{link['path']}", json=link["data"], timeout=60)

        with ThreadPoolExecutor(2) as people:
            answers = list(people.map(sign, addresses))
        assert sorted(answer.status_code for answer in answers) in ([200, 404], [200, 409]), answers
        [told] = [answer for answer in answers if answer.status_code != 200]
        assert told.json()["error"]
        [(count,)] = query(database, f"SELECT count(*) FROM clinic_consent WHERE request_id = {link['request']}")
        assert count == 1


def test_two_open_a_pdf_at_once_and_it_is_printed_once(clinic):
    database, addresses, _links = clinic
    [(uuid,)] = query(database, "SELECT uuid FROM clinic_consent ORDER BY id LIMIT 1")
    sessions = [server.log_in(address, database, "test_practitioner") for address in addresses]
    ready = threading.Barrier(2)

    def open_(number):
        session = server.direct_session()
        session.cookies["session_id"] = sessions[number]
        ready.wait(timeout=60)
        return session.get(f"{addresses[number]}/clinic/consent/{uuid}.pdf", timeout=120)

    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(open_, range(2)))
    assert [answer.status_code for answer in answers] == [200, 200], [answer.text[:300] for answer in answers]
    assert answers[0].content.startswith(b"%PDF")
    assert answers[0].content == answers[1].content
    assert query(database, "SELECT count(*) FROM clinic_consent_document") == [(1,)]


def test_who_comes_just_too_late_is_tried_again(clinic):
    """Between the beginning of a request and its turn to print, another one can have printed and be gone."""
    database, _addresses, _links = clinic
    [(uuid,)] = query(database, "SELECT uuid FROM clinic_consent ORDER BY id DESC LIMIT 1")
    script = [sys.executable, str(RACES / "consent_late.py"), database, uuid]
    answer = subprocess.run(script, capture_output=True, text=True, timeout=300, check=True)
    assert json.loads(answer.stdout) == "again"
    [(count,)] = query(database, "SELECT count(*) FROM clinic_consent_document")
    assert count == 2


def verify(database, *numbers):
    """Run the command; return whether all is well, and what it says."""
    script = [sys.executable, str(RACES / "odoo_main.py"), "consent", "verify", "-d", database, "--log-level=critical"]
    words = [*script, *map(str, numbers)]
    answer = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert "Traceback" not in answer.stderr, answer.stderr
    return answer.returncode == 0, answer.stdout


@contextmanager
def superuser(database):
    connection = psycopg2.connect(dbname=database, user="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.fixture
def behind(clinic, tmp_path, monkeypatch):
    """A cursor of a superuser who has put the guards to sleep, and the consents; afterwards all is as it was."""
    database, _addresses, _links = clinic
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key").write_bytes(key)
    monkeypatch.setenv("CLINIC_LOG_KEY", str(tmp_path / "key"))
    monkeypatch.setenv("CLINIC_LOG_CHECKPOINTS", str(tmp_path))
    is_well, text = verify(database)
    assert is_well, text
    tables = [(schema, table) for schema, names in TABLES.items() for table in names]
    with superuser(database) as cursor:
        cursor.execute("SELECT id FROM clinic_consent ORDER BY id")
        numbers = [number for (number,) in cursor.fetchall()]
        for schema, table in tables:
            cursor.execute(f"CREATE TABLE {schema}.kept_{table} AS TABLE {schema}.{table}")
            cursor.execute(f"ALTER TABLE {schema}.{table} DISABLE TRIGGER ALL")
        yield cursor, numbers
        for schema, table in tables:
            cursor.execute(f"ALTER TABLE {schema}.{table} DISABLE TRIGGER ALL")
            cursor.execute(f"DELETE FROM {schema}.{table}")
            cursor.execute(f"INSERT INTO {schema}.{table} TABLE {schema}.kept_{table}")
            cursor.execute(f"DROP TABLE {schema}.kept_{table}")
        guards(cursor)
    is_well, text = verify(database)
    assert is_well, text


def guards(cursor):
    """Put the guards back, so that only what was done is found."""
    for schema, names in TABLES.items():
        for table in names:
            cursor.execute(f"ALTER TABLE {schema}.{table} ENABLE TRIGGER ALL")
    for table in TABLES["public"]:
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER clinic_change")
    for name in ("log.sql", "log_owner.sql"):
        cursor.execute((SQL / name).read_text())


def place_of(cursor, number):
    """The place in the chain of the row that says that a consent was signed."""
    cursor.execute(
        "SELECT s.sequence, c.id FROM clinic_log.clinic_change_seal s JOIN clinic_log.clinic_change c"
        " ON c.id = s.change_id WHERE c.model = 'clinic.consent' AND c.action = 'create' AND c.res_id = %s",
        [number],
    )
    return cursor.fetchone()


def swap(cursor, numbers):
    one, other = (place_of(cursor, number)[0] for number in numbers[:2])
    for before, after in ((one, -1), (other, one), (-1, other)):
        cursor.execute("UPDATE clinic_log.clinic_change_seal SET sequence = %s WHERE sequence = %s", [after, before])
    return [
        *(f"Consent {number}: its place in the chain of the change log was changed" for number in numbers[:2]),
        f"The change log was tampered with at place {one} of its chain.",
    ]


def cut(cursor, numbers):
    """As if the last consent had never been signed; but for the log's own count."""
    place, row = place_of(cursor, numbers[-1])
    cursor.execute("DELETE FROM clinic_log.clinic_change_seal WHERE sequence >= %s", [place])
    cursor.execute("DELETE FROM clinic_log.clinic_change WHERE id >= %s", [row])
    cursor.execute("DELETE FROM clinic_consent WHERE id = %s", [numbers[-1]])
    return [f"The change log was tampered with at place {place} of its chain."]


def cut_with_the_count(cursor, numbers):
    from odoo.addons.clinic import log_checkpoint

    cursor.execute(
        "SELECT current_database(), a.sequence, a.hash, c.sequence, c.hash"
        " FROM clinic_log.clinic_access_log_head a, clinic_log.clinic_change_head c"
    )
    database, *facts = cursor.fetchone()
    # As the job does each day.
    names = ("rows", "hash", "changes", "change_hash")
    log_checkpoint.write(database, {**dict(zip(names, facts, strict=True)), "at": "2026-01-01 00:00:00"})
    found = cut(cursor, numbers)
    cursor.execute(
        "UPDATE clinic_log.clinic_change_head SET (sequence, hash) ="
        " (SELECT sequence, hash FROM clinic_log.clinic_change_seal ORDER BY sequence DESC LIMIT 1)"
    )
    return found


def forge(cursor, numbers):
    """Another evidence, of which both the row and the log say that it was signed."""
    hashes = ["0" * 64, numbers[0]]
    cursor.execute("UPDATE clinic_consent SET evidence_hash = %s WHERE id = %s", hashes)
    cursor.execute(
        "UPDATE clinic_log.clinic_change SET new = jsonb_set(new, '{evidence_hash}', to_jsonb(%s::text))"
        " WHERE model = 'clinic.consent' AND action = 'create' AND res_id = %s",
        hashes,
    )
    return [
        f"Consent {numbers[0]}: the evidence is not what was signed",
        f"Consent {numbers[0]}: its place in the chain of the change log was changed",
        f"The change log was tampered with at place {place_of(cursor, numbers[0])[0]} of its chain.",
    ]


def delete(cursor, numbers):
    cursor.execute("DELETE FROM clinic_consent WHERE id = %s", [numbers[-1]])
    return [f"Consent {numbers[-1]}: it was deleted"]


def unlock(cursor, _numbers):
    cursor.execute("ALTER TABLE clinic_consent DISABLE TRIGGER clinic_consent_append_only")
    return ["The database does not lock the table clinic_consent any more"]


@pytest.mark.parametrize("tamper", [swap, cut, cut_with_the_count, forge, delete, unlock])
def test_what_is_done_behind_the_guards_is_named(clinic, behind, tamper):
    cursor, numbers = behind
    found = tamper(cursor, numbers)
    if tamper is not unlock:
        guards(cursor)
    is_well, text = verify(clinic[0])
    assert not is_well
    for what in found:
        assert what in text, text


def test_one_consent_is_verified_by_its_number(clinic, behind):
    database, (cursor, numbers) = clinic[0], behind
    forge(cursor, numbers)
    guards(cursor)
    is_well, text = verify(database, numbers[0])
    assert not is_well and f"Consent {numbers[0]}: the evidence is not what was signed" in text, text
    is_well, text = verify(database, numbers[1])
    assert is_well and "This consent is as it was signed" in text, text
    is_well, text = verify(database, numbers[-1] + 1000)
    assert not is_well


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clinic_consent SET signer_name = 'x'",
        "DELETE FROM clinic_consent",
        "TRUNCATE clinic_consent CASCADE",
        "UPDATE clinic_consent_document SET size = 1",
        "DELETE FROM clinic_consent_document",
        "UPDATE clinic_consent_version SET body = 'x' WHERE state != 'draft'",
        "DELETE FROM clinic_consent_version WHERE state != 'draft'",
        "SET session_replication_role = 'replica'",
        "UPDATE clinic_log.clinic_change SET new = NULL",
        "DELETE FROM clinic_log.clinic_change_seal",
    ],
)
def test_the_application_s_role_may_not(clinic, statement):
    with pytest.raises(psycopg2.Error, match=r"is refused|never changes|permission denied|append-only"):
        query(clinic[0], statement)


def test_guessed_links_are_answered_alike_slowed_and_then_refused_over_both_workers(clinic):
    database, addresses, links = clinic
    query(database, "DELETE FROM clinic_link_guess")
    used = links[0]["path"]

    def ask(number):
        # Every other one was good once; the rest never was.
        path = used if number % 2 else f"/clinic/sign/{'x' * 24}{number:08}"
        session, begun = server.direct_session(), time.monotonic()
        answer = session.get(f"{addresses[number // 2 % 2]}{path}", timeout=60)
        return number % 2, answer.status_code, answer.text, time.monotonic() - begun

    answers = [ask(number) for number in range(GUESSES)]
    codes = Counter(status for _kind, status, _text, _took in answers)
    assert codes == {404: FREE, 429: GUESSES - FREE}
    assert len({(status, text) for _kind, status, text, _took in answers}) == 2
    for status in (404, 429):
        times = {
            kind: [took for found, code, _text, took in answers if (found, code) == (kind, status)] for kind in (0, 1)
        }
        for kind, name in ((0, "never a link"), (1, "a used link")):
            quantiles = [f"{value * 1000:.0f}" for value in statistics.quantiles(times[kind], n=4)]
            shown = " | ".join([f"{min(times[kind]) * 1000:.0f}", *quantiles, f"{max(times[kind]) * 1000:.0f}"])
            print(f"{status}, {name} ({len(times[kind])}): {shown} ms")
        medians = [statistics.median(times[kind]) for kind in (0, 1)]
        assert abs(medians[0] - medians[1]) < 0.02, medians
        # The first ones are slowed; the others are refused for ten minutes, and no worker waits for them.
        assert status == 429 or min(map(min, times.values())) >= LEAST
    # Who has a good link is let in all the same.
    assert server.direct_session().get(f"{addresses[0]}{links[-1]['path']}", timeout=60).status_code == 200
