"""Kills the workers of a real server at some moment of what somebody asks it, and asks again as people do."""

import os
import random
import signal
import threading
import time

import psutil
import psycopg2
import requests

PATIENCE = 60


class Patience:
    """Asks a server that is killed now and then, and its database."""

    def __init__(self, address, database):
        self.address, self.database, self.lost = address, database, 0

    def patiently(self, ask):
        """Ask until there is an answer of the server, as people and providers do."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = ask()
            except requests.RequestException:
                self.lost += 1
                time.sleep(0.1)
                continue
            assert answer.status_code < 500, answer.text[:500]
            return answer
        raise TimeoutError("No answer")

    def query(self, statement, *values):
        with psycopg2.connect(dbname=self.database) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else None

    def run_jobs(self):
        """Have the scheduled actions look now, as they do every minute."""
        self.query(
            "INSERT INTO ir_cron_trigger (cron_id, call_at)"
            " SELECT id, now() AT TIME ZONE 'UTC' FROM ir_cron WHERE active RETURNING id"
        )
        connection = psycopg2.connect(dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('cron_trigger', %s)", [self.database])
        connection.close()


def workers(parent, crons):
    """Return the processes that answer requests, or those that run scheduled actions."""
    found = []
    for child in psutil.Process(parent).children():
        try:
            if child.status() == psutil.STATUS_ZOMBIE or "gevent" in child.cmdline():
                continue
            listens = any(one.status == psutil.CONN_LISTEN for one in child.net_connections("tcp"))
        except psutil.Error:
            # It has just ended.
            continue
        if listens != crons:
            found.append(child.pid)
    return found


class Kills:
    """Takes steps, and kills the workers at some moment of one of them.

    :param steps: their names
    :param by_crons: the steps which the scheduled actions take
    """

    def __init__(self, clinic, parent, steps, by_crons=()):
        self.clinic, self.parent, self.by_crons = clinic, parent, by_crons
        self.lasts = {step: [] for step in steps}
        self.killed, self.cut = 0, 0

    def take(self, step, action, is_killed, is_over=None):
        """Take a step, and kill the workers at some moment of it.

        :param is_over: tells whether all was done when they were killed; else that is seen by an answer that is missing
        """
        begun = time.monotonic()
        if not is_killed:
            action()
            self.lasts[step].append(time.monotonic() - begun)
            return
        before, trouble = self.clinic.lost, []
        thread = threading.Thread(target=self._noting(action, trouble))
        thread.start()
        # The shortest: the first ones find nothing in memory.
        time.sleep(random.uniform(0, 1.1) * min(self.lasts[step]))
        for pid in workers(self.parent, crons=step in self.by_crons):
            os.kill(pid, signal.SIGKILL)
            self.killed += 1
        was_over = is_over and is_over()
        thread.join(2 * PATIENCE)
        assert not thread.is_alive() and not trouble, (step, trouble)
        self.cut += self.clinic.lost > before if is_over is None else not was_over

    def _noting(self, action, trouble):
        def run():
            try:
                action()
            except Exception as error:
                trouble.append(repr(error))

        return run
