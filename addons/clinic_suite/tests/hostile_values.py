"""What somebody who means no good, or a program with a mistake, sends instead of what a method takes."""

from datetime import timedelta

from odoo import fields

from odoo.addons.clinic import door

DEEP = []
for _level in range(200):
    DEEP = [DEEP]

VALUES = [
    *(
        None,
        True,
        False,
        "",
        " ",
        "x",
        "🦄",
        "a\0b",
        "\ud800",
        "x" * 100_000,
        "\u202egnp.exe",
        "\x1b[31m",
        "\r\nX-Bad: 1",
    ),
    *(-1, 0, 1, 2**31 - 1, 2**31, 2**63, 10**400, 0.5, 1e308, -1e308, 1e-320),
    *(float("nan"), float("inf"), float("-inf")),
    *(
        [],
        {},
        [[]],
        [None],
        [{}],
        {"a": [1]},
        {"": None},
        DEEP,
        [1, 2],
        [1, 1],
        ["x"],
        [True],
        {"id": 1},
        [[1, 2], [3]],
    ),
    *(
        "1",
        "1.5",
        "NaN",
        "null",
        "2026-13-45",
        "9999-12-31 23:59:59",
        "0001-01-01",
        "2026-02-03T04:05:06+99:99",
        "b'\\x00'",
    ),
    *("'; DROP TABLE clinic_visit; --", "<script>alert(1)</script>", "../../etc/passwd", "%s%n%(a)s", "{0.__class__}"),
    *([["id", "=", 1]], ["|"], [("nothing", "=", 1)], list(range(5000)), "(010123", "01" * 60),
]
# What is sent as the value of a field, whatever its type.
FIELD_VALUES = [
    *(
        True,
        "x",
        "a\0b",
        "\ud800",
        "x" * 100_000,
        -1,
        2**31,
        2**63,
        10**400,
        float("nan"),
        float("inf"),
        1e308,
        {"a": [1]},
    ),
    *(
        [[1]],
        ["x"],
        [[0, 0, {"x": 1}]],
        [[6, 0, ["x"]]],
        [[4, 2**31 - 1]],
        "2026-13-45",
        "9999-12-31 23:59:59",
        "<script>",
    ),
]
# What is sent instead of the records of which a method is asked.
IDS = [
    *(None, True, "x", "1", -1, 0, 2**31, 2**63, 10**400, 0.5, float("nan"), 2**31 - 1, {}, {"a": 1}),
    *([], ["x"], [True], [None], [0], [-1], [2**31 - 1], [2**63], [[1]], [{}], [1.5], "\ud800", DEEP),
]


# What each kind takes, the kinds that are special cases of others first.
PROPER = {
    door.OneOf: lambda env, kind: proper(env, kind.kinds[0]),
    door.Record: lambda env, kind: env[kind.model].sudo().search([], limit=1).id or 1,
    door.List: lambda env, kind: [proper(env, kind.kind)],
    door.Table: lambda env, kind: {"1": proper(env, kind.kind)},
    door.Form: lambda env, kind: {name: proper(env, part) for name, part in kind.kinds.items()},
    door.Choice: lambda env, kind: kind.values[0],
    door.Moment: lambda env, kind: fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=2)),
    door.Day: lambda env, kind: fields.Date.to_string(fields.Date.today() + timedelta(days=2)),
    door.Count: lambda env, kind: max(1, kind.least),
    door.Number: lambda env, kind: min(kind.most, max(1, kind.least)),
    door.Flag: lambda env, kind: True,
    door.Id: lambda env, kind: 1,
    door.Text: lambda env, kind: "Said in several plain words"[: kind.most],
}


def proper(env, kind):
    """Return a value that ``kind`` takes."""
    return PROPER[type(kind)](env, kind)


def hostile_to(env, kind):
    """Return what is sent instead of a value of ``kind``: values of every other kind, and near misses."""
    values = list(VALUES)
    match kind:
        case door.Record() | door.Id():
            last = env["clinic.patient"].sudo().with_context(active_test=False).search([], order="id desc", limit=1)
            values += [last.id, last.id + 1, [last.id], str(last.id)]
        case door.Form():
            good = proper(env, kind)
            values += [{**good, name: value} for name in good for value in VALUES[:40]]
        case door.Table():
            values += [{"1": value} for value in VALUES] + [{1: 1}]
        case door.List():
            values += [[value] for value in VALUES]
    return values
