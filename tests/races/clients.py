"""Many clients, each a process with a session of its own, send their requests to a server at the same moment.

python tests/races/clients.py < plan.json

The plan: {"address", "sessions": [session of each client], "rounds": [{"before": call or null, "ahead": seconds,
"calls": [one a client]}]}; a call: {"model", "method", "args", "kwargs"}. Where there is a call "before", the first
client makes it, and all start "ahead" of the next full second; "$made" in their arguments is what it returned. The
answers come in the plan's order.
"""

import json
import multiprocessing
import sys
import time

from server import direct_session

FORK = multiprocessing.get_context("fork")
MADE = "$made"
PATIENCE = 300


def main() -> None:
    plan = json.load(sys.stdin)
    clients = len(plan["sessions"])
    barrier, made, results = FORK.Barrier(clients), FORK.Value("q"), FORK.Queue()
    processes = [
        FORK.Process(target=_client, args=(number, plan, barrier, made, results), daemon=True)
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    answers = [[None] * clients for _ in plan["rounds"]]
    for _ in range(clients * len(answers)):
        place, number, answer = results.get(timeout=PATIENCE)
        answers[place][number] = answer
    for process in processes:
        process.join()
    json.dump(answers, sys.stdout)


def _client(number, plan, barrier, made, results) -> None:
    session = direct_session()
    session.cookies["session_id"] = plan["sessions"][number]
    for place, action in enumerate(plan["rounds"]):
        if number == 0 and action["before"]:
            made.value = _id(_send(session, plan["address"], action["before"]))
            time.sleep(-(time.time() + action["ahead"]) % 1)
        barrier.wait(timeout=PATIENCE)
        call = _filled(action["calls"][number], made.value)
        results.put((place, number, _send(session, plan["address"], call)))
        barrier.wait(timeout=PATIENCE)  # nobody prepares the next round while this one is still running


def _send(session, address, call) -> dict:
    """Make one call; return its HTTP status, seconds, result and the error's type and text."""
    url = f"{address}/web/dataset/call_kw/{call['model']}/{call['method']}"
    begun = time.monotonic()
    answer = session.post(url, json={"params": call}, timeout=PATIENCE)
    seconds = time.monotonic() - begun
    body = answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else {}
    data = body.get("error", {}).get("data", {})
    return {
        "status": answer.status_code,
        "seconds": seconds,
        "result": body.get("result"),
        "error": data.get("name") if "error" in body else None if "result" in body else "no JSON",
        "text": data.get("message", "" if "result" in body else answer.text[:500]),
    }


def _id(answer) -> int:
    """The number of the record that a call made, or 0 where it failed."""
    return answer["result"][0] if isinstance(answer["result"], list) else answer["result"] or 0


def _filled(value, made):
    """``value`` with the number ``made`` wherever the plan left a place for it."""
    if isinstance(value, dict):
        return {name: _filled(item, made) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, made) for item in value]
    return made if value == MADE else value


if __name__ == "__main__":
    main()
