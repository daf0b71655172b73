"""Attempts to sign in at two servers on one database, as two workers are: real processes, real transactions."""

import base64
import json
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest

RACES = Path(__file__).parent / "races"
sys.path.append(str(RACES))

import server  # noqa: E402 (a script's neighbour, found once its folder is)
from signin_people import PASSWORD, TOTP_SECRET  # noqa: E402

from odoo.http import root  # noqa: E402

from odoo.addons.auth_totp.models.totp import hotp  # noqa: E402

LIMIT = 10
TOO_MANY = "There were too many attempts. Wait a little before you try again."
DENIED = "Access Denied"


class Workers:
    """Two servers, and people who sign in at either."""

    def __init__(self, database: str, addresses: list[str], keys: dict[str, str]):
        self.database = database
        self.addresses = addresses
        self.keys = keys

    def sign_in(self, number: int, login: str, password: str) -> str:
        """Return what the server says, or "in"."""
        params = {"db": self.database, "login": login, "password": password}
        answer = self.rpc(server.direct_session(), number, "/web/session/authenticate", **params)
        return answer["error"]["data"]["message"] if "error" in answer else "in"

    def rpc(self, session, number: int, route: str, **params) -> dict:
        answer = session.post(f"{self.addresses[number % 2]}{route}", json={"params": params}, timeout=120)
        assert answer.status_code == 200
        return answer.json()

    def session_of(self, login: str):
        """Sign in as a browser does, and return its session."""
        session = server.direct_session()
        params = {"db": self.database, "login": login, "password": PASSWORD}
        assert "error" not in self.rpc(session, 0, "/web/session/authenticate", **params)
        return session

    def api(self, number: int, **headers) -> int:
        route = f"{self.addresses[number % 2]}/json/2/res.users/context_get"
        return server.direct_session().post(route, json={}, headers=headers, timeout=60).status_code

    def forget(self) -> None:
        """Let every failure of the test before be forgotten: they all come from one address."""
        with psycopg2.connect(dbname=self.database) as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM clinic_signin_attempt")


@pytest.fixture(scope="module")
def both(module_database, tmp_path_factory):
    script = [sys.executable, str(RACES / "signin_people.py"), module_database, "4"]
    keys = json.loads(subprocess.run(script, capture_output=True, text=True, timeout=600, check=True).stdout)
    folder = tmp_path_factory.mktemp("servers")
    with (
        server.serving(module_database, folder / "one.log") as one,
        server.serving(module_database, folder / "other.log") as other,
    ):
        yield Workers(module_database, [one, other], keys)
        for log in folder.iterdir():
            assert "Traceback" not in log.read_text(errors="replace")


@pytest.fixture
def workers(both):
    both.forget()
    return both


def test_failures_at_one_worker_count_at_the_other(workers):
    assert {workers.sign_in(number, "person_0", "wrong") for number in range(LIMIT)} == {DENIED}
    for number in (0, 1):
        assert workers.sign_in(number, "person_0", PASSWORD) == TOO_MANY
    assert workers.sign_in(0, "person_1", PASSWORD) == "in"


def test_no_more_guesses_by_making_them_at_once(workers):
    with ThreadPoolExecutor(20) as pool:
        said = Counter(pool.map(lambda number: workers.sign_in(number, "person_0", "wrong"), range(20)))
    assert said == {DENIED: LIMIT, TOO_MANY: 20 - LIMIT}


def test_the_locked_screen_and_a_change_of_password_count_though_their_transaction_fails(workers):
    session = workers.session_of("person_1")
    check = {"type": "password", "login": "person_1", "password": "wrong"}
    change = {"model": "res.users", "method": "change_password", "args": ["wrong", "another password"], "kwargs": {}}
    ways = (
        lambda number: workers.rpc(session, number, "/auth-timeout/session/check-identity", **check),
        lambda number: workers.rpc(session, number, "/web/dataset/call_kw", **change),
    )
    for number in range(LIMIT):
        assert ways[number % 2](number)["error"]["data"]["message"] == DENIED
    for number in range(4):
        assert ways[number % 2](number)["error"]["data"]["message"] == TOO_MANY


def test_codes_at_the_locked_screen_are_five_an_hour_though_their_transaction_fails(workers):
    session = server.direct_session()
    credential = {"db": workers.database, "login": "person_3", "password": PASSWORD}
    assert workers.rpc(session, 0, "/web/session/authenticate", **credential)["result"] == {"uid": None}
    assert "/odoo" in _type_code(workers, session, _codes(0)[0])
    wrong = next(f"{number:06}" for number in range(100) if f"{number:06}" not in _codes(*range(-5, 6)))
    route, check = "/auth-timeout/session/check-identity", {"type": "totp", "token": wrong}
    said = [workers.rpc(session, number, route, **check)["error"]["data"]["message"] for number in range(6)]
    assert ["double-check" in words for words in said] == [True] * 5 + [False]
    assert "reached the limit" in said[5]


def _codes(*shifts):
    """Return the right codes of some half minutes, counted from now."""
    now = int(time.time() / 30)
    return [f"{hotp(base64.b32decode(TOTP_SECRET), now + shift):06}" for shift in shifts]


def _type_code(workers, session, code) -> str:
    """Fill in the page that follows the password; return where it leads."""
    address = f"{workers.addresses[0]}/web/login/totp"
    token = session.get(address, timeout=60).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"totp_token": code, "csrf_token": token}
    return session.post(address, data=data, timeout=60, allow_redirects=False).headers["Location"]


def test_wrong_keys_stop_their_address_at_every_worker(workers):
    right = {"Authorization": f"Bearer {workers.keys['person_2']}"}
    wrong = {"Authorization": f"Bearer {'0' * 40}"}
    assert workers.api(0, **right) == 200
    assert {workers.api(number, **wrong) for number in range(LIMIT)} == {401}
    assert [workers.api(number, **right) for number in range(2)] == [401, 401]
    workers.forget()
    assert workers.api(1, **right) == 200


def test_a_locked_session_does_not_read_through_the_external_api(workers):
    session = workers.session_of("person_2")
    browser = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
    browser |= {"Sec-Fetch-User": "?1", "Cookie": f"session_id={session.cookies['session_id']}"}
    assert workers.api(0, **browser) == 200
    stored = root.session_store.get(session.cookies["session_id"])
    stored["identity-check-next"] = time.time() - 60
    root.session_store.save(stored)
    assert workers.api(0, **browser) == 403
