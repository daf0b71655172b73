from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

# The rows of today's visits: key, and the states that count for it.
STATES = {
    "due": ("held", "booked"),
    "waiting": ("arrived",),
    "in_treatment": ("in_progress",),
    "done": ("done",),
    "no_show": ("no_show",),
}
LOAD_KINDS = ("practitioner", "room", "device")


class ClinicHome(models.AbstractModel):
    """A manager's home: what happened yesterday and happens today in the chosen branches, and what needs attention.

    All texts come ready to show. A number is counted by the domain that its button opens, so both always agree, and
    under the user's own rights. No addon adds anything about a patient's health.

    The page is opened first each day, so what can be counted is counted in one statement: see ``_prepare_counts``.
    """

    _name = "clinic.home"
    _description = "Overview"

    @api.model
    @api.readonly
    def load(self):
        """Return the alerts and tiles of the chosen branches, ready for JSON.

        :raises AccessError: for those who don't manage the clinic
        """
        if not self.env.user.has_group("clinic.group_manager"):
            raise AccessError(self.env._("The overview is for managers."))
        return self._load()

    @api.model
    def _load(self):
        alerts = self._prepare_alerts()
        asked = {alert["key"]: (alert["model"], Domain(alert["opens"]["domain"])) for alert in alerts}
        counts = self._count_all({**self._prepare_counts(), **asked})
        for alert in alerts:
            alert["count"] = counts[alert["key"]]
            del alert["model"]
        alerts = [alert for alert in alerts if alert["count"]]
        return {
            "branches": ", ".join(self.env.companies.mapped("name")),
            "alerts": sorted(alerts, key=lambda alert: not alert["urgent"]),
            "tiles": [tile for tile in self.with_context(clinic_home_counts=counts)._prepare_tiles() if tile],
        }

    @api.model
    def _prepare_counts(self):
        """Return {key: (model, domain)} of the records that tiles have counted; they then read ``_count``.

        With the name of a field as third, its different values are counted.
        """
        today = self._visits_domain()
        return {
            f"visits_{key}": ("clinic.visit", today & Domain("state", "in", states)) for key, states in STATES.items()
        }

    @api.model
    def _prepare_tiles(self):
        """Return the tiles in their order (see ``_tile``); other addons add theirs, in a constant number of queries."""
        return [self._prepare_visits(), *self._prepare_loads()]

    @api.model
    def _prepare_alerts(self):
        """Return what may need attention (see ``_alert``); other addons add theirs."""
        return [
            self._alert(
                "to_move",
                self.env._("Visits to be moved"),
                "clinic.visit",
                Domain("to_move", "=", True),
                "clinic_visit.clinic_visit_action_to_move",
                self.env._("Move"),
                urgent=True,
            ),
            self._alert(
                "access_alarms",
                self.env._("Access alarms"),
                "clinic.access.alarm",
                Domain("state", "=", "open"),
                "clinic.clinic_access_alarm_action",
                self.env._("Review"),
                urgent=True,
            ),
            self._alert(
                "late",
                self.env._("Visits of past days still open"),
                "clinic.visit",
                self._past_domain("start") & Domain("state", "in", ("booked", "arrived", "in_progress")),
                "clinic_visit.clinic_visit_action",
                self.env._("Close"),
            ),
            self._alert(
                "licences",
                self.env._("Licences ended or ending within 60 days"),
                "clinic.licence",
                Domain("needs_renewal", "=", True),
                "clinic.clinic_licence_action",
                self.env._("Renew"),
            ),
            self._alert(
                "authorizations",
                self.env._("Authorizations ended or ending within 60 days"),
                "clinic.authorization",
                Domain("needs_renewal", "=", True),
                "clinic.clinic_authorization_action",
                self.env._("Extend"),
            ),
        ]

    # -- parts --------------------------------------------------------------------------------------------------------

    @api.model
    def _tile(self, key, title, rows, none, opens=None, figure="", detail=""):
        """Return a tile: a heading that opens something, one large figure with a detail, rows, or a text for none.

        :param rows: see ``_row``
        :param opens: see ``_opens``
        """
        return {
            "key": key,
            "title": title,
            "figure": figure,
            "detail": detail,
            "rows": rows,
            "none": none,
            "opens": opens,
        }

    @api.model
    def _row(self, key, name, value, opens, detail="", before="", share=None):
        """Return a row of a tile.

        :param before: with what the value is to be compared
        :param share: from 0 to 1 or above, drawn as a bar
        """
        row = {"key": key, "name": name, "value": value, "detail": detail, "before": before, "opens": opens}
        return row if share is None else {**row, "percent": round(100 * share)}

    @api.model
    def _opens(self, action, domain=None, name=None):
        """Return what a click opens: the action of this XML id, with ``domain`` in place of its own."""
        return {"action": action, "domain": None if domain is None else list(Domain(domain)), "name": name}

    @api.model
    def _opens_record(self, record):
        return {"model": record._name, "id": record.id}

    @api.model
    def _alert(self, key, title, model, domain, action, button, urgent=False):
        """Return that the records of ``model`` in ``domain`` are to be counted, and the button that opens them."""
        opens = self._opens(action, domain, title)
        return {"key": key, "title": title, "model": model, "button": button, "opens": opens, "urgent": urgent}

    @api.model
    def _count(self, key):
        """Return the number of records that ``_prepare_counts`` asked for by this key."""
        return self.env.context["clinic_home_counts"][key]

    @api.model
    def _count_all(self, asked):
        """Return {key: number of records} of {key: (model, domain)}, counted in one statement; see ``_prepare_counts``.

        Nothing is counted for those who may not read them.
        """
        counts, queries = dict.fromkeys(asked, 0), {}
        for key, (model, domain, *distinct) in asked.items():
            records = self.env[model]
            if not records.has_access("read"):
                continue
            query = records._search(domain)
            if not query.is_empty():
                names = [SQL("DISTINCT %s", SQL.identifier(records._table, name)) for name in distinct]
                queries[key] = SQL("(%s)", query.select(SQL("COUNT(%s)", names[0] if names else SQL("*"))))
        if queries:
            [found] = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(queries.values())))
            counts.update(zip(queries, found, strict=True))
        return counts

    # -- days ---------------------------------------------------------------------------------------------------------

    @api.model
    def _days(self, offset=0):
        """Return {branch: its date ``offset`` days from its today} of the chosen branches."""
        now = fields.Datetime.now()
        return {branch: fields.Date.add(branch._clinic_local(now).date(), days=offset) for branch in self.env.companies}

    @api.model
    def _day_text(self, offset=0):
        """Return weekday and date of the day ``offset`` days from today in the current branch, in the user's format."""
        day = self._days(offset)[self.env.company]
        return f"{format_date(self.env, day, date_format='EEE')} {format_date(self.env, day)}"

    @api.model
    def _date_domain(self, name, offset=0):
        """Return which records have their branch's date ``offset`` days from today in the date field ``name``."""
        return Domain.OR(
            Domain("company_id", "=", branch.id) & Domain(name, "=", day) for branch, day in self._days(offset).items()
        )

    @api.model
    def _time_domain(self, name, offset=0):
        """Return which records have the moment ``name`` on their branch's day ``offset`` days from today."""
        parts = []
        for branch, day in self._days(offset).items():
            start, stop = branch._clinic_days(day)
            parts.append(Domain("company_id", "=", branch.id) & Domain(name, ">=", start) & Domain(name, "<", stop))
        return Domain.OR(parts)

    @api.model
    def _past_domain(self, name):
        """Return which records have the moment ``name`` before their branch's today."""
        return Domain.OR(
            Domain("company_id", "=", branch.id) & Domain(name, "<", branch._clinic_midnight(day))
            for branch, day in self._days().items()
        )

    # -- visits -------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_visits(self):
        """How many visits of today are due, waiting, in treatment, done and missed."""
        labels = {
            "due": self.env._("Due"),
            "waiting": self.env._("Waiting"),
            "in_treatment": self.env._("In treatment"),
            "done": self.env._("Done"),
            "no_show": self.env._("No-show"),
        }
        domain = self._visits_domain()
        rows = [self._visit_row(key, labels[key], states, domain) for key, states in STATES.items()]
        total = sum(self._count(f"visits_{key}") for key in STATES)
        return self._tile(
            "visits",
            self.env._("Visits today"),
            rows if total else [],
            self.env._("No visit is booked for today."),
            self._opens("clinic_visit.clinic_board_action"),
            figure=str(total),
            detail=self._day_text(),
        )

    @api.model
    def _visits_domain(self):
        """Return today's visits."""
        there = self.env["clinic.visit"]._still_there_domain()
        return self._time_domain("start") & Domain("state", "!=", "cancelled") & there

    @api.model
    def _visit_row(self, key, label, states, domain):
        title = self.env._("Visits today: %s", label)
        opens = self._opens("clinic_visit.clinic_visit_action", domain & Domain("state", "in", states), title)
        return self._row(key, label, str(self._count(f"visits_{key}")), opens)

    # -- load ---------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_loads(self):
        """How much of their time at work today is booked, for practitioners, rooms and devices."""
        loads = self.env["clinic.utilisation"]._load_live(self._days())
        titles = {
            "practitioner": self.env._("Practitioners today"),
            "room": self.env._("Rooms today"),
            "device": self.env._("Devices today"),
        }
        tiles = []
        for kind in LOAD_KINDS:
            found = [load for load in loads if load["kind"] == kind and (load["open"] or load["reserved"])]
            # A clinic without devices needs no tile for them.
            if found or kind == "practitioner":
                tiles.append(self._load_tile(kind, titles[kind], found))
        return tiles

    @api.model
    def _load_tile(self, kind, title, loads):
        reserved, there = (sum(load[name] for load in loads) for name in ("reserved", "open"))
        loads.sort(key=lambda load: (-_share(load["reserved"], load["open"]), load["name"]))
        return self._tile(
            f"load_{kind}",
            title,
            [self._load_row(load) for load in loads],
            self.env._("Nobody is at work today."),
            self._opens("clinic_visit.clinic_board_action"),
            figure=f"{round(100 * _share(reserved, there))} %" if loads else "",
            detail=self._hours_text(reserved, there) if loads else "",
        )

    @api.model
    def _load_row(self, load):
        share = _share(load["reserved"], load["open"])
        today = self._time_domain("start") & Domain("state", "!=", "cancelled")
        of_resource = Domain(f"{load['kind']}_id.resource_id", "=", load["resource_id"])
        title = self.env._("%s today", load["name"])
        return self._row(
            load["resource_id"],
            load["name"],
            f"{round(100 * share)} %",
            self._opens("clinic_visit.clinic_procedure_action", today & of_resource, title),
            detail=self._hours_text(load["reserved"], load["open"]),
            share=share,
        )

    @api.model
    def _hours_text(self, reserved, there):
        return self.env._("%(booked)s of %(open)s h booked", booked=_hours(reserved), open=_hours(there))


def _share(reserved, there):
    """Return the booked share of the time at work; what is booked outside of it fills it."""
    return reserved / there if there else float(bool(reserved))


def _hours(minutes):
    return f"{minutes // 60}:{minutes % 60:02}"
