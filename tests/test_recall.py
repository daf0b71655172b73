"""A lot's recall with real processes, real commits and a real mail server."""

import re

from test_races import run

# What was used, and that something is being recalled, is nobody's business but the patient's.
TELLING = re.compile(r"(?i)\b(toxin|facial|late|soon|particles|recall|lot|LR)\b")


def test_a_recall_finds_anyone_who_drew_and_writes_to_each_once(clone_database):
    clients = 6
    result = run("recall.py", clone_database(), clients=clients, rounds=12)
    assert result["overtaken"] == "SerializationFailure"  # after which Odoo begins again
    for number, outcome in enumerate(result["rounds"], 1):
        print(f"round {number}: {outcome}")
        assert outcome.pop("recalled") == 1
        assert all(word == "drawn" or " is blocked: Recall LR/" in word for word in outcome), outcome
    print(f"drawn, and of these not listed: {result['drawn']}")
    assert all(not left_out for _drawn, left_out in result["drawn"])
    assert [drawn for drawn, _left_out in result["drawn"]] == [1 + o.get("drawn", 0) for o in result["rounds"]]

    print(f"pressed: {result['pressed']}, mails: {[to for to, _text in result['mails']]}")
    assert result["pressed"] == [{"pressed": clients}]
    addresses = ["ayesha@patients.example", "chandni@patients.example"]
    addresses += [f"p{number}@patients.example" for number in range(clients)]
    assert sorted(to for to, _text in result["mails"]) == [[address] for address in addresses]
    for _to, text in result["mails"]:
        assert re.search(r"Please call (Race Clinic at 021 111|Other Branch at 042 222) about your visit on \d", text)
        assert not TELLING.search(text), text
    states = result["sent"]
    assert {states[address][0] for address in addresses} == {"sent"}
    assert states["Bilal Test"] == ["to_inform", False]

    [(state, failure)] = result["failed"].values()
    print(f"failed: {failure}")
    assert state == "failed"
    assert "Connection refused" in failure
    assert result["again"] == [["dilshad@patients.example"]]
    assert [state for state, _failure in result["sent again"].values()] == ["sent"]
    assert result["left in the outbox"] == 0
