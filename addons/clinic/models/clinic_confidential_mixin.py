from odoo import api, models
from odoo.exceptions import AccessError, UserError

# To know that a record exists, by which name, is not to open it.
NAMES = {"id", "display_name"}
# What tells no more than that there is a record, and whose it is.
HARMLESS = NAMES | {"patient_id"}
# In the context of what is read along with something else. An object, so that nobody can hand it over from outside.
NOT_OPENED = object()
# Who reads more patients or visits at once than a screen ever lists does not look somebody up.
MOST_LISTED = 200
READ = "clinic.confidential.read"


class ClinicConfidentialMixin(models.AbstractModel):
    """Part of a patient's record: who opens or exports it, or is refused, stands in the access log.

    A model needs a field ``patient_id``, or its own ``_confidential_patients``. Reading one record is an opening, by
    whatever client. All else that somebody reads by their own rights is collected where it leaves the database,
    whatever method, list, group, export or other model led there, and stands in the log as listed before the
    transaction ends.
    """

    _name = "clinic.confidential.mixin"
    _description = "Part of a Patient's Record"
    # False: the model is a directory or a schedule, whose lists are the day's work.
    _clinic_logs_lists = True

    def _confidential_patients(self):
        """Return the patients whom these records are about, of whatever branch; those that exist."""
        # The log must know them especially when the user may not read them.
        return self.sudo().with_context(active_test=False)._origin.exists().patient_id

    # -- opening ------------------------------------------------------------------------------------------------------

    @api.model
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        listed = self.with_context(clinic_not_opened=NOT_OPENED)
        found = super(ClinicConfidentialMixin, listed).web_search_read(
            domain, specification, offset=offset, limit=limit, order=order, count_limit=count_limit
        )
        self._note_many([row["id"] for row in found["records"]])
        return found

    @api.model
    def search_read(self, domain=None, fields=None, offset=0, limit=None, order=None, **read_kwargs):
        rows = super().search_read(domain, fields, offset, limit, order, **read_kwargs)
        self._note_many([row["id"] for row in rows])
        return rows

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        self._note_grouping(domain, [*groupby, *aggregates])
        return super()._read_group(domain, groupby, aggregates, having, offset, limit, order)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        self._note_grouping(domain, [*(name for names in grouping_sets for name in names), *aggregates])
        return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)

    def web_read(self, specification):
        # What is read along with this record is not opened by itself.
        inner = self.with_context(clinic_not_opened=NOT_OPENED)
        values = super(ClinicConfidentialMixin, inner).web_read(specification)
        self._log_opening(specification)
        return values

    # What is read is written down, so these do not read from a replica.
    web_read._readonly = web_search_read._readonly = search_read._readonly = False

    def read(self, fields=None, load="_classic_read"):
        if not self.env.su and self and not self.browse().has_access("read"):
            self.check_access("read")
        try:
            values = super().read(fields, load)
        except AccessError as error:
            self._log_denied(error, "read")
            raise
        self._log_opening(fields)
        self._note_many(self.ids)
        return values

    read._readonly = False

    def _log_opening(self, fields):
        """Write down that the user has opened the one record that was read."""
        along = self.env.context.get("clinic_not_opened") is NOT_OPENED
        if self.env.su or along or len(self) != 1 or not isinstance(self.id, int):
            return
        if fields is None or set(fields) - NAMES:
            self.env["clinic.access.log"]._log(self._confidential_patients(), "open", model=self._name)
            self._read_ids().discard(self.id)

    # -- listing ------------------------------------------------------------------------------------------------------

    def _fetch_query(self, query, fields):
        fetched = super()._fetch_query(query, fields)
        if self._clinic_logs_lists and not self.env.su and fetched and {field.name for field in fields} - HARMLESS:
            self._read_ids().update(fetched.ids)
        return fetched

    def _note_reading(self):
        """Remember that values of these records are shown, whose kind of reading is logged."""
        if self._clinic_logs_lists and not self.env.su:
            self._read_ids().update(self.ids)

    @api.model
    def _note_many(self, ids):
        """Remember that more was read of a directory or schedule than a screen lists."""
        if len(ids) > MOST_LISTED and not self.env.su:
            self._read_ids().update(ids)

    @api.model
    def _note_grouping(self, domain, specs):
        """Remember whose values a grouping by ``specs`` tells; numbers of records tell none."""
        names = {spec.split(":")[0].split(".")[0] for spec in specs} - {"__count"}
        if self._clinic_logs_lists and not self.env.su and names - HARMLESS:
            self._read_ids().update(self._search(domain))

    @api.model
    def _read_ids(self):
        """Return the set of ids that this user has read of this model; it is logged before the transaction ends."""
        callbacks = self.env.cr.precommit
        if READ not in callbacks.data:
            callbacks.data[READ] = {}
            callbacks.add(self.env(su=False)["clinic.confidential.mixin"]._log_reading)
        return callbacks.data[READ].setdefault((self.env.uid, self._name), set())

    @api.model
    def _log_reading(self):
        """Write down what was read: one statement for each user and model, not one for each record."""
        for (uid, name), ids in self.env.cr.precommit.data.pop(READ, {}).items():
            if ids:
                env = self.env(user=uid)
                patients = env[name].browse(sorted(ids))._confidential_patients()
                if patients:
                    env["clinic.access.log"]._log(patients, "list", model=name)

    # -- exporting ----------------------------------------------------------------------------------------------------

    def export_data(self, fields_to_export):
        try:
            rows = super().export_data(fields_to_export)
        except UserError as error:
            self._log_denied(error, "export")
            raise
        self.env["clinic.access.log"]._log(self._confidential_patients(), "export", model=self._name)
        return rows

    # -- being refused ------------------------------------------------------------------------------------------------

    @api.private
    def check_access(self, operation):
        try:
            return super().check_access(operation)
        except AccessError as error:
            self._log_denied(error, operation)
            raise

    def _check_field_access(self, field, operation):
        try:
            return super()._check_field_access(field, operation)
        except AccessError as error:
            self._log_denied(error, f"{operation} {field.name}")
            raise

    @api.private
    def fetch(self, field_names=None):
        # Several at once are only tried for speed: where one of them is refused, each is asked for again.
        if len(self) != 1 or self.env.su:
            return super().fetch(field_names)
        if not self.browse().has_access("read"):
            self.check_access("read")
        try:
            return super().fetch(field_names)
        except AccessError as error:
            self._log_denied(error, "read")
            raise

    def _log_denied(self, error, verb):
        """Write down that the user was refused, once for each ``error``."""
        if not getattr(error, "clinic_logged", False):
            error.clinic_logged = True
            forbidden = self - self._filtered_access("read") if verb == "read" else self
            self.env["clinic.access.log"]._log(
                (forbidden or self)._confidential_patients(), "denied", reason=verb, model=self._name
            )
