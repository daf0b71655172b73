from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache

from ..functions import make_function
from .clinic_availability import TREATMENT_FIELDS

VERSIONS = "clinic_fact_versions"

# What is planned with; what a treatment is called is read in the reader's language, where it is said.
PLANNED_FIELDS = [name for name in TREATMENT_FIELDS if name != "name"]
# What the facts are read from: the fields of each model that matter.
SOURCES = {
    "clinic.practitioner": ("active", "resource_id", "user_id", "sequence", "name", "company_ids"),
    "clinic.room": ("active", "resource_id", "kind_id", "company_id", "sequence", "name"),
    "clinic.device": ("active", "resource_id", "kind_id", "company_id", "sequence", "name"),
    "clinic.authorization": ("practitioner_id", "treatment_id", "category_id", "date_from", "valid_to"),
    "product.category": ("parent_path",),
    "product.template": tuple(PLANNED_FIELDS),
    "res.users": ("active", "partner_id"),
    "res.company": ("active", "parent_path", "resource_calendar_id"),
    "resource.resource": ("active", "tz", "company_id", "calendar_id"),
    "resource.calendar": ("tz", "flexible_hours", "two_weeks_calendar"),
    "resource.calendar.attendance": (
        *("calendar_id", "dayofweek", "week_type", "hour_from", "hour_to", "display_type", "day_period"),
    ),
    "hr.employee": ("resource_id",),
    "hr.version": (
        *("employee_id", "date_version", "contract_date_start", "contract_date_end", "resource_calendar_id", "active"),
        "departure_date",
    ),
}


# Of these only rows count that change, where a column is named only those in which it was set. Patients sign up all
# day, and nobody's facts change by that: a new user is no practitioner's yet, and one who becomes a practitioner's is
# watched there. Nor by what is bought and sold; a treatment that is not among the facts is looked up.
ONLY_CHANGES = {"res.users": None, "product.template": "is_treatment"}


class Owner(NamedTuple):
    """A practitioner, room or device, whose resource can be reserved."""

    role: str
    id: int
    resource_id: int
    kind_id: int | None  # of rooms and devices
    partner_id: int | None  # of practitioners who are users: in whose calendar their appointments are


class Facts(NamedTuple):
    """What changes seldom, although every search and booking in a branch needs it."""

    owners: list[Owner]  # in their order
    permits: dict  # ("treatment" or "category", its id) -> [(practitioner id, first day, last day or None)]
    above: dict  # category id -> ids of it and of the categories above it
    hours: tuple  # see ``resource.resource._clinic_hours_known``
    treatments: dict  # id -> {name of the field: value as the ORM's cache has it}
    shortest: int  # minutes, buffers included, of the shortest treatment that the branch offers; 0: none


class Standing(NamedTuple):
    """What a search or a booking asks the database first, in one statement."""

    facts: Facts
    held_ids: list[int]  # visits whose hold has run out
    archived_ids: list[int]  # those of the patients who are archived


class ClinicAvailability(models.AbstractModel):
    """Facts are remembered, by versions that change with them in the same transaction.

    The table ``clinic_fact`` holds a version of each of the tables from which facts are read, and a trigger renews it
    at each change, by whatever way. A search reads the versions first and takes the facts that were read with
    the same ones: so a transaction never sees facts of another time than its own, and no process has to be told to
    forget any. To read the versions takes a fraction of what the facts take.
    """

    _inherit = "clinic.availability"

    def init(self):
        """Make the versions and the triggers that renew them."""
        self.env.cr.execute(
            "CREATE TABLE IF NOT EXISTS clinic_fact (source varchar PRIMARY KEY, version uuid NOT NULL)"
        )
        # A version that existed before never comes back, not even after a transaction or a database was undone.
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION clinic_fact_changed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE clinic_fact SET version = gen_random_uuid() WHERE source = TG_TABLE_NAME;
                RETURN NULL;
            END $$
            """
        )
        query = "SELECT array_agg(version::text ORDER BY source) FROM clinic_fact"
        make_function(self.env.cr, VERSIONS, "", query, returns="text[]")
        for model, names in SOURCES.items():
            fields = [self.env[model]._fields[name] for name in names]
            columns = [field.name for field in fields if field.column_type]
            self._watch(self.env[model]._table, columns, model in ONLY_CHANGES, ONLY_CHANGES.get(model))
            for field in fields:
                if field.type == "many2many":
                    self._watch(field.relation)

    @api.model
    def _watch(self, table, columns=(), only_changes=False, counts=None):
        """Renew the version of ``table`` now, and whenever one of its ``columns``, by default any, changes.

        :param only_changes: not for new or deleted rows, nor where a value is written that was there already
        :param counts: the column that was true in the rows that count
        """
        name, trigger = SQL.identifier(table), SQL.identifier("clinic_fact_changed")
        of_columns = SQL(" OF %s", SQL(", ").join(map(SQL.identifier, columns))) if columns else SQL()
        self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, name))
        changed = SQL(" OR ").join(
            SQL("%s IS DISTINCT FROM %s", SQL.identifier("old", column), SQL.identifier("new", column))
            for column in columns
        )
        if counts:
            changed = SQL("%s AND (%s)", SQL.identifier("old", counts), changed)
        self.env.cr.execute(
            SQL(
                "CREATE TRIGGER %s AFTER %sUPDATE%s ON %s FOR EACH %s EXECUTE FUNCTION clinic_fact_changed()",
                trigger,
                SQL() if only_changes else SQL("INSERT OR DELETE OR "),
                of_columns,
                name,
                SQL("ROW WHEN (%s)", changed) if only_changes else SQL("STATEMENT"),
            )
        )
        self.env.cr.execute(
            "INSERT INTO clinic_fact VALUES (%s, gen_random_uuid())"
            " ON CONFLICT (source) DO UPDATE SET version = EXCLUDED.version",
            (table,),
        )

    @api.model
    def _facts(self, branch):
        """Return the ``Facts`` of ``branch`` as this transaction sees them."""
        return self._standing(branch).facts

    @api.model
    def _facts_and_work(self, branches, start, stop):
        """Return ({branch: its ``Facts``}, {resource id: when it is at work}) as this transaction sees them.

        As the facts that were last read in this process are mostly still true, their resources' leaves are asked for
        in one statement with the versions.
        """
        self.env.flush_all()
        last = {branch: self._last_facts(branch.id) for branch in branches}
        known = {branch: facts[0] for branch, facts in last.items() if facts}
        version = SQL("%s()", SQL.identifier(VERSIONS))
        versions, leaves = self._ask(version, self._ask_leaves(self._resources_of(known.values()), start, stop))
        facts = {branch: self._facts_at(branch.id, tuple(versions)) for branch in branches}
        resources = self._resources_of(facts.values())
        if any(facts[branch] is not known.get(branch) for branch in branches):
            [leaves] = self._ask(self._ask_leaves(resources, start, stop))
            for branch in branches:
                last[branch][:] = [facts[branch]]
        return facts, resources._clinic_work(start, stop, self._hours_of(facts.values()), self._by_scope(leaves))

    @api.model
    def _resources_of(self, facts):
        """Return the resources of some branches' ``facts``."""
        return self.env["resource.resource"].browse({one.resource_id for known in facts for one in known.owners})

    @api.model
    def _hours_of(self, facts):
        """Return what ``_clinic_hours_known`` returns, of all resources of some branches' ``facts``."""
        plans, weeks = {}, {}
        for known in facts:
            plans |= known.hours[0]
            weeks |= known.hours[1]
        return plans, weeks

    @api.model
    def _work_in(self, branches, resources, start, stop):
        """Return {resource id: [(start, stop), …]} in seconds: when ``resources`` of ``branches`` are at work."""
        self.env.flush_all()
        versions, leaves = self._ask(SQL("%s()", SQL.identifier(VERSIONS)), self._ask_leaves(resources, start, stop))
        known = self._hours_of([self._facts_at(branch.id, tuple(versions)) for branch in branches])
        # Who cannot be booked in a branch is not among what is known of it.
        known = known if known[0].keys() >= set(resources.ids) else None
        return resources._clinic_work(start, stop, known, self._by_scope(leaves))

    @api.model
    def _standing(self, branch, patients=None):
        """Return the ``Standing`` of ``branch`` and, if any are given, of ``patients``."""
        versions, held_ids, archived_ids = self._ask(*self._ask_standing(patients))
        return Standing(self._facts_at(branch.id, tuple(versions)), held_ids, archived_ids)

    @api.model
    def _ask_standing(self, patients):
        """Return the calls that ask for the versions of the facts, for holds that are over, and for ``patients``."""
        self.env.flush_all()
        return (
            SQL("%s()", SQL.identifier(VERSIONS)),
            self.env["clinic.visit"]._ask_holds_over(),
            patients._ask_archived() if patients else SQL("NULL"),
        )

    @api.model
    def _standing_and_known(self, branch, patients, prepare, further):
        """Return (the ``Standing``, what ``prepare`` has made, the ``Known``, the answer to ``further``).

        All of it is asked in one statement, with the facts that were last read in this process. Where these have
        changed, or a hold is over, the resources are asked for once more by what is true now.

        :param prepare: a function of the facts and the procedures of holds that are over; returns something of the
            caller's and the ``Question``. It raises what makes the booking impossible.
        :param further: one more call, in SQL
        """
        # Before anything: what is known of treatments is put into the cache, where nothing unsaved may be lost.
        self.env.flush_all()
        last = self._last_facts(branch.id)
        # Another thread may put newer ones there at any moment.
        used = last[0] if last else None
        mine, question = self._prepare_by(used, prepare)
        calls = question.calls if question else ()
        (versions, held_ids, archived_ids, other), answers = self._ask_two(
            [*self._ask_standing(patients), further], calls
        )
        facts = self._facts_at(branch.id, tuple(versions))
        if not question or held_ids or facts is not used:
            # What was prepared with other facts has left its traces in the cache.
            self.env.invalidate_all(flush=False)
            last[:] = [facts]
            mine, question = prepare(facts, self._held_procedures(held_ids))
            answers = self._ask(*question.calls)
        return Standing(facts, held_ids, archived_ids), mine, self._known(question, answers), other

    @api.model
    def _prepare_by(self, facts, prepare):
        """Return what ``prepare`` makes of ``facts``; nothing where there are none, or they rule it out."""
        try:
            return prepare(facts, []) if facts else (None, None)
        except UserError:
            # They may be out of date: by those of now it is tried again.
            return None, None

    @api.model
    def _ask_two(self, first, second):
        """Return the answers to ``first`` and to ``second``, asked for in one statement."""
        answers = self._ask(*first, *second)
        return answers[: len(first)], answers[len(first) :]

    @ormcache("branch_id")
    def _last_facts(self, branch_id):
        """Return a list with the facts of the branch that were last read in this process, if any were."""
        return []

    @ormcache("branch_id", "versions")
    def _facts_at(self, branch_id, versions):
        """Return the facts of a branch, remembered for ``versions``."""
        owners = self._read_owners(branch_id)
        resources = self.env["resource.resource"].browse([one.resource_id for one in owners])
        treatments = self._read_treatments()
        return Facts(
            owners,
            self._read_permits(owners),
            self._read_categories(),
            resources._clinic_hours_known(),
            treatments,
            self._shortest(branch_id, treatments.values()),
        )

    @api.model
    def _shortest(self, branch_id, treatments):
        """Return the minutes of the shortest of ``treatments`` that a branch offers, buffers included."""
        self.env.cr.execute("SELECT parent_path FROM res_company WHERE id = %s", [branch_id])
        above = [int(part) for (path,) in self.env.cr.fetchall() for part in (path or "").split("/") if part]
        owners = {False, None, branch_id, *above}
        return min(
            (
                one["treatment_duration"] + (one["buffer_before"] or 0) + (one["buffer_after"] or 0)
                for one in treatments
                if one["active"] and one["company_id"] in owners and one["treatment_duration"]
            ),
            default=0,
        )

    @api.model
    def _read_owners(self, branch_id):
        # Whatever is archived is nobody's to book, wherever it is linked from.
        query = """
            (SELECT 'practitioner', p.id, p.resource_id, NULL::int, u.partner_id
               FROM clinic_practitioner p
               JOIN clinic_practitioner_res_company_rel b ON b.clinic_practitioner_id = p.id
               JOIN res_company c ON c.id = b.res_company_id AND c.active
               JOIN resource_resource r ON r.id = p.resource_id AND r.active
          LEFT JOIN res_users u ON u.id = p.user_id AND u.active
              WHERE p.active AND b.res_company_id = %(branch)s
           ORDER BY p.sequence, p.name, p.id)
            UNION ALL
            (SELECT 'room', p.id, p.resource_id, p.kind_id, NULL
               FROM clinic_room p
               JOIN res_company c ON c.id = p.company_id AND c.active
               JOIN resource_resource r ON r.id = p.resource_id AND r.active
              WHERE p.active AND p.company_id = %(branch)s
           ORDER BY p.sequence, p.name, p.id)
            UNION ALL
            (SELECT 'device', p.id, p.resource_id, p.kind_id, NULL
               FROM clinic_device p
               JOIN res_company c ON c.id = p.company_id AND c.active
               JOIN resource_resource r ON r.id = p.resource_id AND r.active
              WHERE p.active AND p.company_id = %(branch)s
           ORDER BY p.sequence, p.name, p.id)
        """
        self.env.cr.execute(query, {"branch": branch_id})
        return [Owner(*row) for row in self.env.cr.fetchall()]

    @api.model
    def _read_permits(self, owners):
        self.env.cr.execute(
            "SELECT treatment_id, category_id, practitioner_id, date_from, valid_to"
            " FROM clinic_authorization WHERE practitioner_id = ANY(%s)",
            ([one.id for one in owners if one.role == "practitioner"],),
        )
        permits = defaultdict(list)
        for treatment_id, category_id, *permit in self.env.cr.fetchall():
            scope = ("treatment", treatment_id) if treatment_id else ("category", category_id)
            permits[scope].append(permit)
        return dict(permits)

    @api.model
    def _read_categories(self):
        self.env.cr.execute("SELECT id, parent_path FROM product_category")
        return {id_: [int(part) for part in (path or "").split("/") if part] for id_, path in self.env.cr.fetchall()}

    @api.model
    def _read_treatments(self):
        columns = SQL(", ").join(map(SQL.identifier, PLANNED_FIELDS))
        rows = self.env.execute_query(SQL("SELECT id, %s FROM product_template WHERE is_treatment", columns))
        return {id_: dict(zip(PLANNED_FIELDS, values, strict=True)) for id_, *values in rows}
