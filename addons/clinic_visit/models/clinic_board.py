from collections import defaultdict
from datetime import datetime, time, timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..hours import naive

# What can stand at the top of the board's columns; a procedure has a field of that name with "_id" behind it.
GROUPS = {"practitioner": "clinic.practitioner", "room": "clinic.room", "device": "clinic.device"}
MAX_DAYS = 7
CHANNEL = "clinic_board"
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
        self._check_board(days, group, resource_ids)
        day = self._parse_day(day) or today
        start, stop = self._bounds(day, days)
        cards = self._load_cards(start, stop, group, resource_ids)
        if resource_ids is None and day <= today < day + timedelta(days=days):
            todays = self._cards_between(cards, *self._bounds(today, 1))
        else:
            todays = self._load_cards(*self._bounds(today, 1), group)
        self._add_flags([*cards, *todays])
        columns = self._load_columns(cards, group, resource_ids)
        self._add_working_hours(columns, start, stop)
        blocks = self._load_taken(cards, columns, start, stop)
        arrivals = self._prepare_arrivals(todays)
        return {
            "company_id": self.env.company.id,
            "zone": self.env.company._clinic_timezone().zone,
            "now": fields.Datetime.to_string(now),
            "today": today.isoformat(),
            "day": day.isoformat(),
            "days": [(day + timedelta(days=offset)).isoformat() for offset in range(days)],
            "group": group,
            "slot_step": self.env.company.clinic_slot_step,
            "can_book": self.env["clinic.visit"].has_access("create"),
            "can_block": self.env["clinic.block"].has_access("create"),
            "columns": columns,
            "procedures": cards,
            "blocks": blocks,
            "arrivals": arrivals,
            "counters": self._count(arrivals, now),
        }

    # -- parameters ---------------------------------------------------------------------------------------------------

    @api.model
    def _check_board(self, days, group, resource_ids):
        if not isinstance(days, int) or not 1 <= days <= MAX_DAYS:
            raise UserError(self.env._("The board shows one to %s days.", MAX_DAYS))
        if group not in GROUPS:
            raise UserError(self.env._("The board's columns are practitioners, rooms or devices."))
        if resource_ids is not None and not (
            isinstance(resource_ids, list) and all(type(resource_id) is int for resource_id in resource_ids)
        ):
            raise UserError(self.env._("Give the columns to show as a list of numbers."))

    @api.model
    def _parse_day(self, day):
        try:
            return fields.Date.to_date(day)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("“%s” is not a day. Write it like 2026-03-31.", day)) from error

    @api.model
    def _bounds(self, day, days):
        """Return the naive UTC datetimes of midnight in the branch before ``day`` and ``days`` days later."""
        zone = self.env.company._clinic_timezone()
        try:
            midnights = [datetime.combine(day + timedelta(days=offset), time.min) for offset in (0, days)]
            return tuple(zone.localize(midnight).astimezone(utc).replace(tzinfo=None) for midnight in midnights)
        except OverflowError as error:
            raise UserError(self.env._("%s is too far away. Check the date.", day)) from error

    # -- cards --------------------------------------------------------------------------------------------------------

    @api.model
    def _load_cards(self, start, stop, group, resource_ids=None):
        """Return the procedures between ``start`` and ``stop`` (naive UTC) as dictionaries, by time."""
        domain = self._card_domain(start, stop)
        if resource_ids is not None:
            domain &= Domain(f"{group}_id.resource_id", "in", resource_ids)
        query = self.env["clinic.procedure"]._search(domain, order="start, id")
        columns = self._card_columns(query)
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
        lasting = Domain("state", "!=", "held") | Domain("expires_at", ">", fields.Datetime.now())
        visits = lasting & Domain("state", "!=", "cancelled") & Domain("company_id", "=", self.env.company.id)
        return (
            Domain("start", "<", stop)
            & Domain("stop", ">", start)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("state", "!=", "cancelled")
            & Domain("visit_id", "any", visits)
        )

    @api.model
    def _card_columns(self, query):
        """Return {key of a card: its SQL expression}, adding the joins to ``query``; other addons add theirs."""
        procedure = query.table
        joined = {
            "visit": self._join(query, procedure, "clinic.procedure", "visit_id", optional=False),
            "treatment": self._join(query, procedure, "clinic.procedure", "treatment_id", optional=False),
            **{group: self._join(query, procedure, "clinic.procedure", f"{group}_id") for group in GROUPS},
        }
        visit, visit_alias = joined["visit"]
        patient, patient_alias = self._join(query, visit_alias, "clinic.visit", "patient_id", optional=False)
        procedures = self.env["clinic.procedure"]
        plain = ("id", "visit_id", "treatment_id", "state", "start", "stop", *(f"{group}_id" for group in GROUPS))
        of_visit = ("state", "start", "arrived_at", "started_at", "expires_at")
        return {
            **{name: procedures._field_to_sql(procedure, name, query) for name in plain},
            "visit": visit._field_to_sql(visit_alias, "name", query),
            **{f"visit_{name}": visit._field_to_sql(visit_alias, name, query) for name in of_visit},
            "patient_id": visit._field_to_sql(visit_alias, "patient_id", query),
            "patient": patient._field_to_sql(patient_alias, "name", query),
            "phone": patient._field_to_sql(patient_alias, "phone", query),
            **{name: joined[name][0]._field_to_sql(joined[name][1], "name", query) for name in ("treatment", *GROUPS)},
            "new_patient": self._new_patient(visit_alias),
            "editable": self._editable(procedure),
        }

    @api.model
    def _join(self, query, alias, model, name, optional=True):
        """Join the record to which the many2one ``name`` points; return its model and its alias."""
        field = self.env[model]._fields[name]
        # Whoever reads a visit sees its patient, treatment and resources, whatever branch they belong to.
        comodel = self.env[field.comodel_name].sudo()
        join = query.left_join if optional else query.join
        return comodel, join(alias, name, comodel._table, "id", f"board_{name}")

    @api.model
    def _editable(self, alias):
        """Return the SQL expression that says whether the user may change a procedure."""
        procedures = self.env["clinic.procedure"]
        if not procedures.has_access("write"):
            return SQL("FALSE")
        rules = self.env["ir.rule"]._compute_domain("clinic.procedure", "write")
        # The rules to write are the whole condition here; those to read are in the statement around this one.
        writable = procedures.sudo()._search(rules, active_test=False)
        return SQL("%s IN %s", SQL.identifier(alias, "id"), writable.subselect())

    @api.model
    def _cards_between(self, cards, start, stop):
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
    def _add_working_hours(self, columns, start, stop):
        """Add to each column its working hours between ``start`` and ``stop`` as a list of [start, stop]."""
        resources = self.env["resource.resource"].browse([column["resource_id"] for column in columns])
        work = self.env["clinic.availability"]._work(resources, start, stop)
        for column in columns:
            hours = [(max(naive(first), start), min(naive(last), stop)) for first, last in work[column["resource_id"]]]
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
             WHERE reservation.blocking
               AND reservation.resource_id = ANY(%s) AND reservation.start < %s AND reservation.stop > %s
          ORDER BY reservation.start
            """,
            resource_ids,
            stop,
            start,
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

        Other addons add theirs, each with one query for all cards, the most important first.
        """
        label = self.env._("New patient")
        flags = defaultdict(list)
        for visit_id in {card["visit_id"] for card in cards if card["new_patient"]}:
            flags[visit_id].append({"kind": "new_patient", "icon": "fa-star", "label": label})
        return flags

    @api.model
    def _new_patient(self, visit):
        """Return the SQL expression that says whether the patient of a visit never came and was never expected before.

        A patient is known to all branches, so earlier visits count wherever they were.
        """
        return SQL(
            """
            NOT EXISTS (
                SELECT 1
                  FROM clinic_visit earlier
                 WHERE earlier.patient_id = %(visit)s.patient_id
                   AND earlier.state NOT IN ('cancelled', 'no_show')
                   AND (earlier.start, earlier.id) < (%(visit)s.start, %(visit)s.id)
            )
            """,
            visit=SQL.identifier(visit),
        )

    # -- arrivals -----------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_arrivals(self, cards):
        """Return the visits of ``cards`` that are, or may still become, part of the day, by time."""
        visits = {}
        for card in cards:
            if card["visit_state"] not in COUNTERS:
                continue
            visit = visits.setdefault(card["visit_id"], {**self._prepare_arrival(card), "treatments": []})
            visit["treatments"].append(card["treatment"])
        return list(visits.values())

    @api.model
    def _prepare_arrival(self, card):
        names = ("visit_id", "visit", "patient_id", "patient", "phone", "practitioner", "flags", "editable")
        return {
            **{name: card[name] for name in names},
            "state": card["visit_state"],
            "start": card["visit_start"],
            "arrived_at": card["visit_arrived_at"],
            "procedure_id": card["id"],
        }

    @api.model
    def _count(self, arrivals, now):
        """Return how many of the day's visits are due, waiting, in treatment and done; and how many are late."""
        counters = dict.fromkeys([*COUNTERS.values(), "late"], 0)
        now = fields.Datetime.to_string(now)
        for visit in arrivals:
            counters[COUNTERS[visit["state"]]] += 1
            counters["late"] += visit["state"] == "booked" and visit["start"] < now
        return counters

    # -- changes ------------------------------------------------------------------------------------------------------

    @api.model
    def _notify(self, moments):
        """Tell the open boards when this transaction is committed, once a branch, that something has changed.

        A savepoint flushes, so what comes after one is told on its own; the boards load once for both.

        :param moments: pairs of a branch and a naive UTC datetime on a day that has changed
        """
        data = self.env.cr.precommit.data.get("clinic_visit.board")
        if data is None:
            data = self.env.cr.precommit.data["clinic_visit.board"] = defaultdict(set)
            self.env.cr.precommit.add(self._send_notifications)
        for company, moment in moments:
            data[company].add(company._clinic_local(moment).date())

    @api.model
    def _send_notifications(self):
        """Send what ``_notify`` has gathered: days only, so that nobody learns of patients or treatments."""
        for company, days in self.env.cr.precommit.data.pop("clinic_visit.board", {}).items():
            payload = {"company_id": company.id, "days": sorted(day.isoformat() for day in days)}
            self.env["bus.bus"]._sendone((company, CHANNEL), CHANNEL, payload)
