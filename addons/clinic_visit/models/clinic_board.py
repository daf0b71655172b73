from collections import defaultdict
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_choice, a_count, a_day, a_list, an_id, takes

from ..hours import naive

_lt = LazyTranslate(__name__)

# What can stand at the top of the board's columns; a procedure has a field of that name with "_id" behind it.
GROUPS = {"practitioner": "clinic.practitioner", "room": "clinic.room", "device": "clinic.device"}
MAX_DAYS = 7
LONGEST = timedelta(days=1)
LONGEST_BLOCK = timedelta(days=90)
# key of a card -> the path to its field from the procedure
CARD = {
    "id": "id",
    "state": "state",
    "start": "start",
    "stop": "stop",
    "treatment_id": "treatment_id",
    "treatment": "treatment_id.name",
    "practitioner_id": "practitioner_id",
    "practitioner": "practitioner_id.name",
    "room_id": "room_id",
    "room": "room_id.name",
    "device_id": "device_id",
    "device": "device_id.name",
    "visit_id": "visit_id",
    "visit": "visit_id.name",
    "visit_state": "visit_id.state",
    "visit_start": "visit_id.start",
    "visit_arrived_at": "visit_id.arrived_at",
    "visit_started_at": "visit_id.started_at",
    "visit_expires_at": "visit_id.expires_at",
    "patient_id": "visit_id.patient_id",
    "patient": "visit_id.patient_id.name",
    "phone": "visit_id.patient_id.phone",
}
# state of a visit -> the counter to which it adds
COUNTERS = {
    "held": "due",
    "booked": "due",
    "arrived": "waiting",
    "in_progress": "in_treatment",
    "done": "done",
}


class ClinicBoard(models.AbstractModel):
    """The data behind reception's board: everything that happens in a branch on a day, in a constant number of queries.

    Cards are read with one statement rather than record by record: the board is loaded again at every change that
    anybody in the branch makes.
    """

    _name = "clinic.board"
    _description = "Day Board"

    @takes(
        day=a_day(),
        days=a_count(1, MAX_DAYS),
        group=a_choice(GROUPS, says=_lt("The board's columns are practitioners, rooms or devices.")),
        resource_ids=a_list(an_id()),
    )
    @api.model
    @api.readonly
    def load(self, day=None, days=1, group="practitioner", resource_ids=None):
        """Return what the board of the current branch shows, ready for JSON; all times are UTC.

        :param day: first day, an ISO date in the branch's zone; None for today
        :param days: how many days, up to seven
        :param group: what the columns are: "practitioner", "room" or "device"
        :param resource_ids: ids of ``resource.resource`` to show alone, or None for all of the branch
        :raises AccessError: for those who may not read visits
        :raises UserError: when a parameter makes no sense
        """
        self.env["clinic.visit"].check_access("read")
        now = fields.Datetime.now()
        today = self.env.company._clinic_local(now).date()
        day = day or today
        start, stop = self.env.company._clinic_days(day, days)
        cards = self._load_cards(start, stop, group, resource_ids)
        todays = self._todays_cards(cards, today, day, days, resource_ids)
        facts = self.env["clinic.availability"]._facts(self.env.company)
        work = self._load_work(facts, [*cards, *todays], start, stop)
        self._add_problems([*cards, *todays], facts, work)
        self._add_steps([*cards, *todays])
        self._add_flags([*cards, *todays])
        columns = self._load_columns(cards, group, resource_ids)
        self._add_working_hours(columns, work, start, stop)
        blocks = self._load_taken(cards, columns, start, stop)
        return {
            **self._prepare_head(now, day, days),
            "group": group,
            "columns": columns,
            "procedures": cards,
            "blocks": blocks,
            "arrivals": self._prepare_arrivals(todays),
            "counters": self._count(todays, now),
        }

    @api.model
    def _prepare_head(self, now, day, days):
        """Return what the board needs to know of the branch, the days and the user."""
        branch = self.env.company
        return {
            "company_id": branch.id,
            "zone": branch._clinic_timezone().zone,
            "slot_step": branch.clinic_slot_step,
            "now": fields.Datetime.to_string(now),
            "today": branch._clinic_local(now).date().isoformat(),
            "days": [(day + timedelta(days=offset)).isoformat() for offset in range(days)],
            "can_book": self.env["clinic.visit"].has_access("create"),
            "can_block": self.env["clinic.block"].has_access("create"),
        }

    # -- cards --------------------------------------------------------------------------------------------------------

    @api.model
    def _load_cards(self, start, stop, group=None, resource_ids=None):
        """Return the procedures between ``start`` and ``stop`` (naive UTC) as dictionaries, by time."""
        domain = self._card_domain(start, stop)
        if resource_ids is not None:
            domain &= Domain(f"{group}_id.resource_id", "in", resource_ids)
        query = self.env["clinic.procedure"]._search(domain, order="start, id")
        columns = self._card_columns(query)
        columns["editable"] = self._editable(columns["id"], self._time_domain(start, stop))
        rows = self.env.execute_query(query.select(*columns.values()))
        return [self._to_dict(columns, row) for row in rows]

    @api.model
    def _to_dict(self, names, row):
        """Return a row of the database as a dictionary that is ready for JSON."""
        return {
            name: fields.Datetime.to_string(value) if isinstance(value, datetime) else value
            for name, value in zip(names, row, strict=True)
        }

    @api.model
    def _card_domain(self, start, stop):
        """Return which procedures the board shows: none that is cancelled, no hold that has run out."""
        return (
            self._time_domain(start, stop)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("state", "!=", "cancelled")
            & Domain(
                "visit_id", "any", Domain("state", "!=", "cancelled") & self.env["clinic.visit"]._still_there_domain()
            )
        )

    @api.model
    def _time_domain(self, start, stop):
        """Return which procedures lie between ``start`` and ``stop``, in words that keep the years before unread."""
        return Domain("start", ">", start - LONGEST) & Domain("start", "<", stop) & Domain("stop", ">", start)

    @api.model
    def _card_columns(self, query):
        """Return {key of a card: its SQL expression}, adding the joins to ``query``; other addons add theirs."""
        columns = {key: self._path_to_sql(path, query) for key, path in CARD.items()}
        return {**columns, "new_patient": self._new_patient(columns)}

    @api.model
    def _path_to_sql(self, path, query):
        """Return the SQL expression of the field at the end of ``path``, which begins at a procedure."""
        # Anyone who reads a procedure sees what it is linked to, as on its form, whatever branch that belongs to.
        return self.env["clinic.procedure"].sudo()._clinic_path_to_sql(path, query)

    @api.model
    def _new_patient(self, columns):
        """Return the SQL expression that says whether the patient never came, and was never expected, before.

        A patient is known to all branches, so earlier visits count wherever they were.
        """
        return SQL(
            """
            NOT EXISTS (
                SELECT 1
                  FROM clinic_visit earlier
                 WHERE earlier.patient_id = %(patient_id)s
                   AND earlier.state NOT IN ('cancelled', 'no_show')
                   AND (earlier.start, earlier.id) < (%(visit_start)s, %(visit_id)s)
            )
            """,
            patient_id=columns["patient_id"],
            visit_start=columns["visit_start"],
            visit_id=columns["visit_id"],
        )

    @api.model
    def _editable(self, procedure_id, domain):
        """Return the SQL expression that says whether the user may change a procedure, which is one of ``domain``."""
        procedures = self.env["clinic.procedure"]
        if not procedures.has_access("write"):
            return SQL("FALSE")
        rules = self.env["ir.rule"]._compute_domain("clinic.procedure", "write")
        # The rules to write are the whole condition here; those to read are in the statement around this one.
        writable = procedures.sudo()._search(Domain(rules) & domain)
        return SQL("%s IN %s", procedure_id, writable.subselect())

    @api.model
    def _todays_cards(self, cards, today, day, days, resource_ids):
        """Return the cards of all that happens today: those shown, if they are all and today is among their days."""
        start, stop = self.env.company._clinic_days(today)
        if resource_ids is not None or not day <= today < day + timedelta(days=days):
            return self._load_cards(start, stop)
        start, stop = fields.Datetime.to_string(start), fields.Datetime.to_string(stop)
        return [card for card in cards if card["start"] < stop and card["stop"] > start]

    # -- columns ------------------------------------------------------------------------------------------------------

    @api.model
    def _load_columns(self, cards, group, resource_ids):
        """Return the columns: the branch's resources, and any other that a card needs."""
        records = self.env[GROUPS[group]]
        branch_field = "company_ids" if group == "practitioner" else "company_id"
        domain = Domain(branch_field, "in", self.env.company.ids) & Domain("active", "=", True)
        domain |= Domain("id", "in", list({card[f"{group}_id"] for card in cards} - {None}))
        if resource_ids is not None:
            domain &= Domain("resource_id", "in", resource_ids)
        found = records.with_context(active_test=False).search_fetch(domain, ["name", "color", "resource_id"])
        return [
            {"id": record.id, "resource_id": record.resource_id.id, "name": record.name, "color": record.color}
            for record in found
        ]

    @api.model
    def _add_working_hours(self, columns, work, start, stop):
        """Add to each column its working hours between ``start`` and ``stop`` as a list of [start, stop]."""
        for column in columns:
            # Who cannot be booked here at all has no hours, although a card may still stand there.
            mine = work.get(column["resource_id"], ())
            hours = [(max(naive(first), start), min(naive(last), stop)) for first, last in mine]
            column["work"] = [
                [fields.Datetime.to_string(first), fields.Datetime.to_string(last)]
                for first, last in hours
                if first < last
            ]

    @api.model
    def _load_taken(self, cards, columns, start, stop):
        """Add to each card when it takes the resource of its column, and return what else takes one.

        A card has the times with its buffers, in several parts where the resource is free in between. What else there
        is are blocked times and, without any details, what other branches have reserved.
        """
        of_card = {card["id"]: card.setdefault("occupied", []) for card in cards}
        blocks = []
        for reservation in self._reservations_between([column["resource_id"] for column in columns], start, stop):
            if reservation["procedure_id"] in of_card:
                of_card[reservation["procedure_id"]].append([reservation["start"], reservation["stop"]])
            elif block := self._prepare_block(reservation):
                blocks.append(block)
        return blocks

    @api.model
    def _prepare_block(self, reservation):
        """Return what the board shows of a ``reservation`` that belongs to no card, if anything."""
        times = {name: reservation[name] for name in ("resource_id", "start", "stop")}
        if reservation["company_id"] != self.env.company.id:
            return {**times, "block_id": False, "name": self.env._("In another branch")}
        if reservation["block_id"]:
            return {**times, "block_id": reservation["block_id"], "name": reservation["name"]}
        return None

    @api.model
    def _reservations_between(self, resource_ids, start, stop):
        """Return the blocking reservations of the resources as dictionaries, those of other branches included."""
        reservations = self.env["clinic.reservation"]
        reservations.flush_model()
        self.env["clinic.block"].flush_model(["name"])
        # Whether a resource is taken must not depend on the branches that the user may see.
        query = SQL(
            """
            SELECT reservation.resource_id, reservation.procedure_id, reservation.block_id, reservation.company_id,
                   reservation.start, reservation.stop, block.name
              FROM clinic_reservation reservation
         LEFT JOIN clinic_block block ON block.id = reservation.block_id
             WHERE reservation.blocking AND reservation.resource_id = ANY(%(resource_ids)s)
               AND reservation.start < %(stop)s AND reservation.stop > %(start)s AND reservation.stop < %(longest)s
          ORDER BY reservation.start
            """,
            resource_ids=resource_ids,
            start=start,
            stop=stop,
            longest=stop + LONGEST_BLOCK,
        )
        names = ("resource_id", "procedure_id", "block_id", "company_id", "start", "stop", "name")
        return [self._to_dict(names, row) for row in self.env.execute_query(query)]

    # -- flags --------------------------------------------------------------------------------------------------------

    @api.model
    def _add_flags(self, cards):
        flags = self._prepare_flags(cards)
        for card in cards:
            card["flags"] = flags[card["visit_id"]]

    @api.model
    def _prepare_flags(self, cards):
        """Return {visit id: [{"kind", "icon", "label"}]} as a defaultdict: what reception should see at a glance.

        Other addons add theirs, with no more than one query for all cards.
        """
        label = self.env._("New patient")
        flags = defaultdict(list)
        # Only the board plans its cards against the hours; other pages load them without that.
        planned = {card["visit_id"]: card["problem"] for card in cards if card.get("problem")}
        for visit_id, problem in planned.items():
            text = self.env._("To be moved: %s", problem)
            flags[visit_id].append({"kind": "to_move", "icon": "fa-exclamation-triangle", "label": text})
        for visit_id in {card["visit_id"] for card in cards if card["new_patient"]}:
            flags[visit_id].append({"kind": "new_patient", "icon": "fa-star", "label": label})
        return flags

    # -- arrivals -----------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_arrivals(self, cards):
        """Return the visits of ``cards`` that are due or waiting, by time."""
        visits = {}
        for card in cards:
            if COUNTERS.get(card["visit_state"]) not in ("due", "waiting"):
                continue
            visit = visits.setdefault(card["visit_id"], {**self._prepare_arrival(card), "treatments": []})
            visit["treatments"].append(card["treatment"])
        return list(visits.values())

    @api.model
    def _prepare_arrival(self, card):
        names = ("visit_id", "visit", "patient_id", "patient", "phone", "practitioner", "flags", "editable", "steps")
        return {
            **{name: card[name] for name in names},
            "state": card["visit_state"],
            "start": card["visit_start"],
            "arrived_at": card["visit_arrived_at"],
            "procedure_id": card["id"],
        }

    @api.model
    def _count(self, cards, now):
        """Return how many of the day's visits are due, waiting, in treatment and done; and how many are late."""
        counters = dict.fromkeys([*COUNTERS.values(), "late"], 0)
        now = fields.Datetime.to_string(now)
        for card in {card["visit_id"]: card for card in cards if card["visit_state"] in COUNTERS}.values():
            counters[COUNTERS[card["visit_state"]]] += 1
            counters["late"] += card["visit_state"] == "booked" and card["visit_start"] < now
        return counters
