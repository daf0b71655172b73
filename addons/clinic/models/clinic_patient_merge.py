from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL


class ClinicPatientMerge(models.Model):
    """That two patients were one and the same: who said so, when, and what it takes to undo it.

    The rows of the merged patient move to the one who is kept, except for those of closed ledgers (posted invoices,
    done stock moves, signed notes, the access log), whose readers ask for all patients who were merged into one. Rows
    are written by the methods below alone; nobody has a right to.
    """

    _name = "clinic.patient.merge"
    _description = "Merge of Two Patients"
    _order = "id desc"
    _rec_name = "kept_id"

    kept_id = fields.Many2one("clinic.patient", required=True, readonly=True, index=True)
    merged_id = fields.Many2one("clinic.patient", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Merged By", required=True, readonly=True)
    merged_at = fields.Datetime(required=True, readonly=True)
    undone_at = fields.Datetime(readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)
    changes = fields.Json(
        groups=NO_ACCESS, help="[model, field, {id: the value before}, the value after or null] in their order."
    )
    marks = fields.Json(groups=NO_ACCESS, help="{model: the last id at the time of the merge}.")

    _merged_once = models.UniqueIndex("(merged_id) WHERE undone_at IS NULL", "This patient was merged already.")
    _two_patients = models.Constraint("CHECK (kept_id != merged_id)", "A patient cannot be merged into itself.")

    # -- merging ------------------------------------------------------------------------------------------------------

    @api.model
    def _merge(self, kept, merged, values=None, login="kept"):
        """Make one of two patients and return the ``clinic.patient.merge``.

        :param kept: the patient who is left
        :param merged: the patient whose number leads to ``kept`` from now on
        :param values: what to write on ``kept``
        :param login: whose login to the portal is left where both have one: "kept" or "merged"
        :raises UserError: when the two cannot be merged, in words
        """
        self._check_manager()
        self._check_pair(kept, merged)
        self.env.flush_all()
        self._take_hold(kept | merged)
        # The right to merge was checked; it reaches records that the one who merges does not see.
        merge = self.sudo().create(
            {
                "kept_id": kept.id,
                "merged_id": merged.id,
                "user_id": self.env.uid,
                "merged_at": fields.Datetime.now(),
                "changes": [],
                "marks": self._marks(),
            }
        )
        merge._unite(values or {}, login)
        self.env.flush_all()
        self.env.invalidate_all()
        reason = f"{merged.number} → {kept.number}"
        self.env["clinic.access.log"]._log(kept | merged, "merge", reason=reason)
        return merge.sudo(False)

    @api.model
    def _check_manager(self):
        if not (self.env.su or self.env.user.has_group("clinic.group_manager")):
            raise AccessError(self.env._("Patients are merged by a manager."))

    @api.model
    def _check_pair(self, kept, merged):
        """Raise ``UserError`` when these cannot become one."""
        if len(kept) != 1 or len(merged) != 1 or kept == merged:
            raise UserError(self.env._("Choose two different patients."))
        (kept | merged).check_access("write")
        for patient in kept | merged:
            if patient.merged_into_id:
                raise UserError(
                    self.env._(
                        "%(number)s was merged into %(kept)s already.",
                        number=patient.number,
                        kept=patient.merged_into_id.display_name,
                    )
                )
        if self._internal_users(merged):
            raise UserError(
                self.env._("%s works here and has a login: keep this patient and merge the other one.", merged.name)
            )

    @api.model
    def _internal_users(self, patient):
        # That somebody logs in decides who is kept.
        return patient.sudo().partner_id.user_ids.filtered(lambda user: user._is_internal())

    @api.model
    def _take_hold(self, patients):
        """Let nobody book or record for ``patients`` from now on, and have seen all that was.

        Raises ``ConcurrencyError``, for which Odoo begins again, when somebody does so at this moment, or has done so
        since this transaction began to look.
        """
        if patients.sudo().try_lock_for_update() != patients.sudo():
            raise ConcurrencyError("Somebody works with these patients at this moment")
        seen = self._owned_ids(self.env.cr, patients)
        # A transaction that begins now sees what was committed while this one waited.
        with self.env.registry.cursor() as cr:
            if self._owned_ids(cr, patients) - seen:
                raise ConcurrencyError("Something was recorded for these patients at this moment")

    @api.model
    def _owned_models(self):
        """Return the models whose records belong to a patient by a field of their own."""
        models_of_patient = (self.env[name] for name in sorted(self.env.registry.models))
        return [model for model in models_of_patient if getattr(model, "_of_patient", False) and not model._abstract]

    @api.model
    def _owned_ids(self, cr, patients):
        """Return {(table, id)} of what belongs to ``patients``, as ``cr`` sees it."""
        found = set()
        for model in self._owned_models():
            cr.execute(
                SQL("SELECT id FROM %s WHERE patient_id = ANY(%s)", SQL.identifier(model._table), list(patients.ids))
            )
            found.update((model._table, id_) for (id_,) in cr.fetchall())
        return found

    def _watched(self):
        """Return {model: domain} of what belongs to the patient who is kept: added since, it forbids to undo."""
        return {model._name: [("patient_id", "=", self.kept_id.id)] for model in self._owned_models()}

    @api.model
    def _marks(self):
        marks = {}
        for name in self._watched():
            query = SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(self.env[name]._table))
            [[marks[name]]] = self.env.execute_query(query)
        return marks

    def _unite(self, values, login):
        """Move what is the merged patient's to the one who is kept; other addons add what is theirs."""
        self.ensure_one()
        kept, merged = self.kept_id, self.merged_id
        left = self._left_behind()
        for model in self._owned_models():
            rows = model.with_context(active_test=False).search([("patient_id", "=", merged.id)])
            rows -= left.get(model._name, model)
            self._set(rows._movable_with_patient(kept), "patient_id", kept.id)
        self._unite_logins(login)
        self._write(kept, values)
        self._set(self._activities(merged), "res_id", kept.id)
        self._write(merged.with_context(active_test=False).merged_from_ids, {"merged_into_id": kept.id})
        # What stays behind is read by those who may read what is united.
        closed = {"merged_into_id": kept.id, "active": False, "branch_id": kept.branch_id.id}
        self._write(merged, closed)
        if merged.partner_id.active and not merged.partner_id.user_ids:
            self._write(merged.partner_id, {"active": False})
        self._follow()

    def _left_behind(self):
        """Return {model: records} of the merged patient that say nothing beyond what the one who is kept has.

        Other addons unite what is said twice here, and add it.
        """
        return {}

    @api.model
    def _activities(self, patient):
        return self.env["mail.activity"].search([("res_model", "=", "clinic.patient"), ("res_id", "=", patient.id)])

    def _unite_logins(self, login):
        """Leave one login to the portal, at the patient who is kept."""
        kept, merged = self.kept_id, self.merged_id
        theirs, own = merged.partner_id.user_ids, kept.partner_id.user_ids
        if theirs and own and (login == "kept" or self._internal_users(kept)):
            self._write(theirs, {"active": False})
        elif theirs:
            self._write(own, {"active": False})
            self._write(theirs, {"partner_id": kept.partner_id.id})

    def _follow(self):
        """Let the rows that store whose they are by the record they belong to follow that one."""
        patients = (self.kept_id | self.merged_id).ids
        models_of_rows = [model.with_context(active_test=False) for model in self._following_models()]
        changed = True
        while changed:
            changed = False
            for model in models_of_rows:
                path = model._fields["patient_id"].related
                for row in model.search([("patient_id", "in", patients)]):
                    patient = row.mapped(path)
                    if patient != row.patient_id:
                        self._set_column(row, "patient_id", patient.id)
                        changed = True

    @api.model
    def _following_models(self):
        """Return the models whose stored ``patient_id`` is that of the record they belong to."""
        found = []
        for name in sorted(self.env.registry.models):
            field = self.env[name]._fields.get("patient_id")
            if field and field.related and field.store and not self.env[name]._abstract:
                found.append(self.env[name])
        return found

    # -- remembering --------------------------------------------------------------------------------------------------

    def _write(self, records, values):
        """Write ``values`` by the ORM, and remember what was there."""
        before = {name: self._values_of(records, name) for name in values}
        if records and values:
            records.write(values)
        for name in values:
            # Somebody may change it again, and that stays.
            after = self._values_of(records[:1], name).get(records.id if len(records) == 1 else 0)
            self._remember(records, name, before[name], {"value": after})

    def _set(self, records, name, value):
        """Set the column ``name`` below the ORM, whose rules are for people, and remember what was there."""
        if records:
            records.flush_recordset([name])
            self._remember(records, name, self._values_of(records, name), None)
            self._set_column(records, name, value)

    def _remember(self, records, name, before, after):
        self.changes = [*(self.changes or []), [records._name, name, before, after]]

    @api.model
    def _values_of(self, records, name):
        field = records._fields[name]
        return {record.id: self._to_json(field, record) for record in records}

    @api.model
    def _set_column(self, records, name, value):
        query = SQL(
            "UPDATE %s SET %s = %s WHERE id = ANY(%s)",
            SQL.identifier(records._table),
            SQL.identifier(name),
            value,
            list(records.ids),
        )
        self.env.cr.execute(query)
        # Nothing is computed again of it: answers and amounts stay what they are. Only whose it is follows.
        records.invalidate_recordset([name])

    @api.model
    def _to_json(self, field, record):
        if field.type == "many2many":
            return [[Command.SET, 0, sorted(record[field.name].ids)]]
        value = field.convert_to_write(record[field.name], record)
        if isinstance(value, bytes):
            return value.decode()
        return field.to_string(value) if value and field.type in ("date", "datetime") else value
