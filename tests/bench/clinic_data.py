"""The clinics that are measured: people, places and hours by the ORM, bookings in bulk by SQL.

Rows made in bulk are copies of one visit that was really booked, so each column is filled as ``book`` fills it.
"""

import json
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace

from pytz import timezone, utc

from odoo import Command, fields

MINUTES = 30  # the peer's defaults for the length of a booking and the step of the search
OPENS, CLOSES = 8, 20
PER_DAY = (CLOSES - OPENS) * 60 // MINUTES
PATIENTS = 20_000

# The small clinic has the peer's resources, hours and bookings; UTC, the cheapest zone to compute in, favours the peer.
SMALL = {"zone": "UTC", "practitioners": 10, "rooms": 10, "devices": 10}
SMALL_DAYS, SMALL_BOOKINGS = 28, 400
LARGE = {"zone": "Europe/Amsterdam", "practitioners": 50, "rooms": 30, "devices": 20}
LARGE_DAYS, LARGE_BOOKINGS = 60, 6_700  # three reservations each
BOARD_DAY, BOARD_PROCEDURES = 70, 300
PAST_DAYS, PAST_PROCEDURES = 2_090, 1_000_000

# Of each half-hour of ``days`` days in turn; only when all have one, each gets a second (another ``lane``) and so on.
_PLAN = """
    CREATE TEMPORARY TABLE plan ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY moment.start, lane) AS n,
           moment.start, moment.patient_id,
           practitioner.id AS practitioner_id, practitioner.resource_id AS practitioner_resource_id,
           practitioner.user_id, user_account.partner_id,
           room.id AS room_id, room.resource_id AS room_resource_id,
           device.id AS device_id, device.resource_id AS device_resource_id
      FROM (
            SELECT (%(patients)s)[1 + number %% array_length(%(patients)s, 1)] AS patient_id,
                   number %% %(moments)s AS moment, number / %(moments)s AS lane,
                   (%(first)s + number %% %(days)s * interval '1 day'
                              + number / %(days)s %% %(per_day)s * %(minutes)s * interval '1 minute')
                   AT TIME ZONE %(zone)s AT TIME ZONE 'UTC' AS start
              FROM generate_series(0, %(count)s - 1) AS number
           ) AS moment
      JOIN clinic_practitioner AS practitioner
        ON practitioner.id = (%(practitioners)s)[1 + (moment * 7 + lane) %% array_length(%(practitioners)s, 1)]
      JOIN res_users AS user_account ON user_account.id = practitioner.user_id
      JOIN clinic_room AS room ON room.id = (%(rooms)s)[1 + (moment * 5 + lane) %% array_length(%(rooms)s, 1)]
      JOIN clinic_device AS device ON device.id = (%(devices)s)[1 + (moment * 3 + lane) %% array_length(%(devices)s, 1)]
"""


def start_of(moment, days, first=1, zone="UTC") -> datetime:
    """Return the naive UTC start of a moment in the order in which the bookings fill ``days`` days."""
    number, half_hour = moment % days, moment // days % PER_DAY
    return opening(first + number, zone) + timedelta(minutes=MINUTES * half_hour)


def free_start(number, zone="UTC") -> datetime:
    """Return one of the starts that come last in that order: nothing is booked then in the small clinic."""
    return start_of(SMALL_DAYS * PER_DAY - 1 - number, SMALL_DAYS, zone=zone)


def opening(days, zone="UTC") -> datetime:
    """Return the naive UTC moment at which the clinic opens ``days`` days from today."""
    local = fields.Datetime.now().replace(hour=OPENS, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return timezone(zone).localize(local).astimezone(utc).replace(tzinfo=None)


def zone_of_noon() -> str:
    """Return a zone in which it is about noon now, so that a clinic is open at whatever time it is made."""
    return f"Etc/GMT{fields.Datetime.now().hour - 12:+d}"


def make_hours(env, name, zone, *spans):
    """Make working hours, the same on each day; ours and the peer's."""
    lines = [
        Command.create({"name": "Open", "dayofweek": str(day), "hour_from": opens, "hour_to": closes})
        for day in range(7)
        for opens, closes in spans or [(OPENS, CLOSES)]
    ]
    return env["resource.calendar"].create(
        {"name": name, "tz": zone, "company_id": env.company.id, "attendance_ids": [Command.clear(), *lines]}
    )


class ClinicMaker:
    """Makes one branch with a treatment that needs a practitioner, a room and a device; everybody may do it."""

    def __init__(self, env, name, zone, parent=None):
        branch = env["res.company"].create({"name": name, "parent_id": parent and parent.id})
        env.user.company_ids += branch
        self.env = env(context={"allowed_company_ids": branch.ids})
        self.name, self.zone, self.branch = name, zone, branch
        branch.resource_calendar_id = make_hours(self.env, name, zone)
        if "clinic_slot_step" in branch:
            branch.clinic_slot_step = MINUTES
        self.room_kind = self.env["clinic.room.kind"].create({"name": f"Room of {name}"})
        self.device_kind = self.env["clinic.device.kind"].create({"name": f"Laser of {name}"})

    def make(self, practitioners, rooms, devices, hours=()):
        """Make the records and remember their ids for later processes."""
        hours = hours or [self.branch.resource_calendar_id]
        people = self._practitioners(practitioners, hours)
        treatments = [self._treatment(people), self._treatment(people[:5])]
        patient = self.env["clinic.patient"].create({"name": f"Patient of {self.name}", "phone": "0300 1234567"})
        facts = {
            "branch": self.branch.id,
            "receptionist": self._user("Receptionist", "clinic.group_reception").id,
            "zone": self.zone,
            "patient": patient.id,
            "treatment": treatments[0].id,
            "treatment_of_5": treatments[1].id,
            "practitioners": people.ids,
            "rooms": self._places("clinic.room", self.room_kind, rooms).ids,
            "devices": self._places("clinic.device", self.device_kind, devices).ids,
        }
        self.env["ir.config_parameter"].set_param(f"bench.{self.name}", json.dumps(facts))
        return find_clinic(self.env, self.name)

    def _user(self, name, group):
        return (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": name,
                    "login": f"{self.name} {name}",
                    "company_id": self.branch.id,
                    "company_ids": [Command.set(self.branch.ids)],
                    "group_ids": [Command.set(self.env.ref(group).ids)],
                    "tz": self.zone,
                }
            )
        )

    def _practitioners(self, count, hours):
        shared = {"company_id": self.branch.id, "tz": self.zone}
        employees = self.env["hr.employee"].create(
            [
                {
                    "name": f"Practitioner {n}",
                    "resource_calendar_id": hours[n % len(hours)].id,
                    "user_id": self._user(f"Practitioner {n}", "clinic.group_practitioner").id,
                    **shared,
                }
                for n in range(count)
            ]
        )
        return self.env["clinic.practitioner"].create([{"employee_id": employee.id} for employee in employees])

    def _treatment(self, people):
        treatment = self.env["product.template"].create(
            {
                "name": f"Treatment by {len(people)}",
                "is_treatment": True,
                "type": "service",
                "treatment_duration": MINUTES,
                "room_kind_id": self.room_kind.id,
                "device_kind_id": self.device_kind.id,
            }
        )
        self.env["clinic.authorization"].create(
            [{"practitioner_id": one.id, "treatment_id": treatment.id, "date_from": "2000-01-01"} for one in people]
        )
        return treatment

    def _places(self, model, kind, count):
        shared = {
            "company_id": self.branch.id,
            "resource_calendar_id": self.branch.resource_calendar_id.id,
            "tz": self.zone,
            "kind_id": kind.id,
        }
        return self.env[model].create([{"name": f"{kind.name} {n}", **shared} for n in range(count)])


def find_clinic(env, name) -> SimpleNamespace:
    """Return the ids of a clinic that was made before."""
    return SimpleNamespace(**json.loads(env["ir.config_parameter"].sudo().get_param(f"bench.{name}")))


def in_clinic(env, clinic):
    """Return ``env`` in the clinic's branch."""
    return env(context={"allowed_company_ids": [clinic.branch]})


def at_the_desk(env, clinic):
    """Return ``env`` of the clinic's receptionist, with all checks of rights that she causes."""
    return in_clinic(env, clinic)(user=clinic.receptionist)


def make_ours(env):
    """Make the small and the large clinic with their bookings ahead."""
    small = ClinicMaker(env, "small", SMALL["zone"]).make(SMALL["practitioners"], SMALL["rooms"], SMALL["devices"])
    Bookings(env, small).add(SMALL_BOOKINGS, SMALL_DAYS)
    maker = ClinicMaker(env, "large", LARGE["zone"])
    spans = [[(8, 12), (13, 17)], [(8, 14)], [(14, 20)], [(9, 13), (14, 18)], [(OPENS, CLOSES)]]
    hours = [make_hours(maker.env, f"Shift {n}", LARGE["zone"], *span) for n, span in enumerate(spans)]
    large = maker.make(LARGE["practitioners"], LARGE["rooms"], LARGE["devices"], hours)
    bookings = Bookings(env, large)
    bookings.add_patients()
    bookings.add(LARGE_BOOKINGS, LARGE_DAYS)
    bookings.add(BOARD_PROCEDURES, days=1, first=BOARD_DAY)
    env["clinic.procedure"].search([("calendar_stale", "=", True)])._sync_calendar()


def make_past(env):
    """Give the large clinic its million of past procedures."""
    bookings = Bookings(env, find_clinic(env, "large"))
    tables = ["clinic_visit", "clinic_procedure", "clinic_reservation", "calendar_event", "calendar_attendee"]
    with checked_together(env.cr, tables):
        bookings.add(PAST_PROCEDURES, PAST_DAYS, first=-PAST_DAYS - 1, visit_state="done", procedure_state="done")


@contextmanager
def checked_together(cr, tables):
    """Rows inserted inside are checked and indexed all at once at the end: one by one, a million take half an hour.

    The comments are kept because Odoo reads its definitions in them, and would make all again at the next update.
    """
    cr.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid),"
        "       quote_nullable(obj_description(oid, 'pg_constraint'))"
        "  FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'x')",
        [tables],
    )
    constraints = cr.fetchall()
    cr.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid),"
        "       quote_nullable(obj_description(indexrelid, 'pg_class'))"
        "  FROM pg_index"
        " WHERE indrelid = ANY(%s::regclass[]) AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)",
        [tables],
    )
    indexes = cr.fetchall()
    for table, name, _definition, _comment in constraints:
        cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition, _comment in indexes:
        cr.execute(f"DROP INDEX {name}")
    yield
    for name, definition, comment in indexes:
        cr.execute(f"{definition}; COMMENT ON INDEX {name} IS {comment}")
    for table, name, definition, comment in constraints:
        cr.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cr.execute(f"COMMENT ON CONSTRAINT {name} ON {table} IS {comment}")


class Bookings:
    """Adds booked visits to a clinic, in bulk."""

    def __init__(self, env, clinic):
        self.env = in_clinic(env, clinic)
        self.cr = env.cr
        self.clinic = clinic

    def add_patients(self):
        """Add patients, copies of the clinic's one."""
        patient = self.env["clinic.patient"].browse(self.clinic.patient)
        self.cr.execute(
            "CREATE TEMPORARY TABLE plan ON COMMIT DROP AS SELECT n FROM generate_series(1, %s) AS n", [PATIENTS]
        )
        partners = self._copy(patient.partner_id)
        self._copy(patient, partner_id=f"{partners} + n", number="'B' || n")
        self.cr.execute("DROP TABLE plan")

    def add(self, count, days, first=1, visit_state="booked", procedure_state="planned"):
        """Add ``count`` visits of one procedure, spread over ``days`` days from day ``first`` on, without overlap."""
        visit = self.env["clinic.visit"].book(
            self.clinic.patient, self.clinic.treatment, opening(100, self.clinic.zone)
        )
        visit.procedure_ids._sync_calendar()
        self.env.flush_all()
        self._plan(count, days, first)
        times = {"start": "plan.start", "stop": f"plan.start + interval '{MINUTES} minutes'"}
        visits = self._copy(
            visit,
            name=f"'B' || {self._last_id('clinic_visit')} + n",
            patient_id="plan.patient_id",
            state=f"'{visit_state}'",
            **times,
        )
        procedure = visit.procedure_ids
        procedures = self._copy(
            procedure,
            visit_id=f"{visits} + n",
            patient_id="plan.patient_id",
            state=f"'{procedure_state}'",
            **{name: f"plan.{name}" for name in ("practitioner_id", "room_id", "device_id")},
            **times,
        )
        for reservation in procedure.reservation_ids:
            self._copy_reservation(reservation, procedure, procedures)
        self._copy_event(procedure.calendar_event_ids, procedures, times)
        self.cr.execute("DROP TABLE plan")
        visit.action_cancel(self.env["clinic.cancel.reason"].search([], limit=1))

    def _plan(self, count, days, first):
        clinic = self.clinic
        midnight = opening(first).replace(hour=0)
        values = {
            "count": count,
            "days": days,
            "moments": days * PER_DAY,
            "per_day": PER_DAY,
            "minutes": MINUTES,
            "first": midnight + timedelta(hours=OPENS),
            "zone": clinic.zone,
            "patients": self.env["clinic.patient"].search([("number", "=like", "B%")]).ids or [clinic.patient],
            "practitioners": clinic.practitioners,
            "rooms": clinic.rooms,
            "devices": clinic.devices,
        }
        self.cr.execute(_PLAN, values)

    def _copy_reservation(self, reservation, procedure, procedures):
        """Copy one of the model procedure's reservations for all planned ones, with the resource in its place."""
        places = {procedure[f"{name}_id"].resource_id: name for name in ("practitioner", "room", "device")}
        offset = reservation.start - procedure.start
        length = reservation.stop - reservation.start
        self._copy(
            reservation,
            procedure_id=f"{procedures} + n",
            resource_id=f"plan.{places[reservation.resource_id]}_resource_id",
            start=f"plan.start + interval '{offset.total_seconds()} seconds'",
            stop=f"plan.start + interval '{(offset + length).total_seconds()} seconds'",
        )

    def _copy_event(self, event, procedures, times):
        """Copy the model procedure's event in its practitioner's calendar."""
        events = self._copy(event, clinic_procedure_id=f"{procedures} + n", user_id="plan.user_id", **times)
        self._copy(event.attendee_ids, event_id=f"{events} + n", partner_id="plan.partner_id")
        self.cr.execute(
            "INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)"
            " SELECT %s + n, partner_id FROM plan",
            [events],
        )

    def _copy(self, record, **values) -> int:
        return copy_row(self.cr, record, **values)

    def _last_id(self, table) -> int:
        return last_id(self.cr, table)


def last_id(cr, table) -> int:
    cr.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
    return cr.fetchone()[0]


def copy_row(cr, record, **values) -> int:
    """Insert a copy ``o`` of the record's row for each row of ``plan``; return what to add to ``n`` for its id."""
    table = record._table
    offset = last_id(cr, table)
    values["id"] = f"{offset} + n"
    cr.execute(
        "SELECT attname FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    wanted = ", ".join(values.get(name, f'o."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {wanted} FROM plan, "{table}" AS o WHERE o.id = %s ORDER BY n',
        [record.id],
    )
    cr.execute("SELECT setval(%s, (SELECT max(id) FROM {}))".format(f'"{table}"'), [f"{table}_id_seq"])
    return offset
