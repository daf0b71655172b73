from odoo import api, models
from odoo.tools import SQL, ormcache

READ = (
    "clinic.consent",
    "clinic.consent.request",
    "clinic.consent.template",
    "clinic.consent.version",
    "clinic.gate.override",
    "clinic.protocol",
    "clinic.protocol.item",
    "clinic.substance",
    "clinic.patient",
    "clinic.procedure",
    "product.template",
    "product.product",
)
NAMES = ("number", "template_id", "name", "mandatory", "lasts_until", "state", "consent_id", "overridden", "stopped")
# From the one that needs least to be done to the one that was never signed.
STATES = ("ok", "outdated", "expired", "other", "withdrawn", "missing")


def _array(values):
    """Return ``values`` as the text of one array: the database reads that faster than an expression for each."""
    return f"{{{','.join(map(str, values))}}}"


class ClinicConsentNeed(models.AbstractModel):
    """Which consents procedures need, and how those stand: one statement for any number of them.

    Asked by the gate, the board, the booking dialog, the patient card and the page on which the patient signs. It asks
    on nobody's behalf: the caller decides how much of it is shown.
    """

    _name = "clinic.consent.need"
    _description = "Consents That Are Needed"

    @api.model
    @ormcache()
    def _is_used(self):
        """Return whether the clinic has published any consent text; a clinic without one pays nothing."""
        return bool(
            self.env["clinic.consent.version"]
            .sudo()
            .search_count([("state", "=", "published"), ("template_id.active", "=", True)], limit=1)
        )

    @api.model
    @ormcache()
    def _names_product(self):
        """Return whether any published text is about one product; else nobody looks for those of the treatments."""
        domain = [("state", "=", "published"), ("names_product", "=", True)]
        return bool(self.env["clinic.consent.version"].sudo().search_count(domain, limit=1))

    @api.model
    def _find(self, asked, lapsed=False):
        """Return which consents are needed as dicts, those of each procedure in the order of their forms.

        They tell the ``number`` that was asked for, ``template_id``, its ``name``, whether it is ``mandatory``, the
        ``state`` ("ok", or why it does not hold: "missing", "withdrawn", "expired", "outdated" or "other" for another
        treatment or product), the ``consent_id``, until when one that is signed today ``lasts_until`` (None: without an
        end), whether it is ``overridden`` for the procedure ``number``, and whether an answer to one of its visit's
        forms ``stopped`` the patient, which nobody has cleared yet.

        :param asked: a list of (number, patient id, treatment id, day); the number is that of a procedure, or 0
        :param lapsed: only those that do not hold
        """
        if not asked or not self._is_used():
            return []
        for model in self._read_models():
            self.env[model].flush_model()
        rows = self.env.execute_query(self._statement(asked, lapsed))
        return [dict(zip(NAMES, row, strict=True)) for row in rows]

    @api.model
    def _missing(self, asked):
        """As ``_find``, but only mandatory ones that do not hold and that nobody has overridden."""
        return [row for row in self._due(asked, early=True) if row["mandatory"]]

    @api.model
    def _due(self, asked, early=False):
        """As ``_find``, but only what a patient can sign now: it does not hold, and nobody has overridden it.

        :param early: also what would have expired on the day it is needed for, if it were signed today
        """
        days = {number: day for number, _patient, _treatment, day in asked}
        return [
            row
            for row in self._find(asked, lapsed=True)
            if not row["overridden"] and (early or not row["lasts_until"] or row["lasts_until"] >= days[row["number"]])
        ]

    @api.model
    def _standings(self, consents, day):
        """Return {id: the standing on ``day``} of signed ``consents``: "ok", "withdrawn", "outdated" or "expired"."""
        if not consents:
            return {}
        for model in self._read_models():
            self.env[model].flush_model()
        entries = SQL(
            """
            ARRAY (
                SELECT consent.patient_id
             UNION ALL
                SELECT merged_into_id FROM clinic_patient WHERE id = consent.patient_id
             UNION ALL
                SELECT other.id
                  FROM clinic_patient own
                  JOIN clinic_patient other ON other.merged_into_id IN (own.id, own.merged_into_id)
                 WHERE own.id = consent.patient_id
            )
            """
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT consent.id, COALESCE(%(lapse)s, 'ok')
                  FROM clinic_consent consent
                  JOIN clinic_consent_version version ON version.id = consent.version_id
                 WHERE consent.id IN %(ids)s AND consent.kind = 'signed'
                """,
                lapse=self._lapse(SQL("%s::date", day), entries, SQL("TRUE")),
                ids=tuple(consents.ids),
            )
        )
        return dict(rows)

    @api.model
    def _read_models(self):
        """Return the models whose tables the statement reads."""
        return READ

    @api.model
    def _statement(self, asked, lapsed):
        numbers, patients, treatments, days = zip(*asked, strict=True)
        return SQL(
            """
            WITH asked AS MATERIALIZED (
                SELECT question.*, question.patient_id || merged.ids AS patient_ids,
                       string_to_array(category.parent_path, '/') AS categories,
                       EXISTS (SELECT 1 FROM clinic_consent withdrawal
                                WHERE withdrawal.kind = 'withdrawal'
                                  AND withdrawal.patient_id = ANY (question.patient_id || merged.ids)) AS withdrew
                  FROM unnest(%(numbers)s::int[], %(patients)s::int[], %(treatments)s::int[], %(days)s::date[])
                       WITH ORDINALITY AS question (number, patient_id, treatment_id, day, place)
                  JOIN product_template treatment ON treatment.id = question.treatment_id
             LEFT JOIN product_category category ON category.id = treatment.categ_id
             LEFT JOIN (SELECT merged_into_id, array_agg(id) AS ids
                          FROM clinic_patient
                         WHERE merged_into_id = ANY (%(patients)s::int[])
                      GROUP BY merged_into_id) AS merged ON merged.merged_into_id = question.patient_id
            ), signed AS (
                %(signed)s
            ), last AS MATERIALIZED (
                SELECT DISTINCT ON (place, template_id) place, template_id, id, state
                  FROM signed
              ORDER BY place, template_id, state = 'ok' DESC, signed_at DESC, id DESC
            ), need AS MATERIALIZED (
                SELECT asked.number, template.id AS template_id, template.name, template.mandatory, template.sequence,
                       CASE WHEN template.validity = 'months'
                            THEN (%(today)s::date + make_interval(months => template.validity_months))::date - 1
                       END AS lasts_until,
                       COALESCE(last.state, 'missing') AS state, last.id AS consent_id
                  FROM asked
                  JOIN clinic_consent_template template ON template.active AND %(asks)s
             LEFT JOIN last ON last.place = asked.place AND last.template_id = template.id
            )
            SELECT need.number, need.template_id, need.name, need.mandatory, need.lasts_until, need.state,
                   need.consent_id,
                   EXISTS (
                       SELECT 1
                         FROM clinic_gate_override override
                        WHERE override.procedure_id = need.number AND need.number > 0
                          AND override.key = concat('consent-', need.state, '-', need.template_id)
                   ),
                   EXISTS (
                       SELECT 1
                         FROM clinic_procedure procedure
                         JOIN clinic_consent_request request ON request.visit_id = procedure.visit_id
                        WHERE procedure.id = need.number AND request.stopped AND request.cleared_at IS NULL
                   )
              FROM need
             WHERE need.state != 'ok' OR NOT %(lapsed)s
          ORDER BY need.number, need.sequence, need.template_id
            """,
            numbers=_array(numbers),
            patients=_array(patients),
            treatments=_array(treatments),
            days=_array(days),
            today=self.env.company._clinic_today(),
            asks=self._asks(),
            signed=self._signed(),
            lapsed=lapsed,
        )

    @api.model
    def _asks(self):
        """Return the condition that ``template`` is needed before the treatment that is ``asked`` for."""
        return SQL(
            """
            (template.for_all
             OR EXISTS (SELECT 1 FROM clinic_consent_template_treatment_rel rel
                         WHERE rel.template_id = template.id AND rel.treatment_id = asked.treatment_id)
             OR EXISTS (SELECT 1 FROM clinic_consent_template_category_rel rel
                         WHERE rel.template_id = template.id
                           AND rel.category_id::text = ANY (asked.categories)))
            AND EXISTS (SELECT 1 FROM clinic_consent_version published
                         WHERE published.template_id = template.id AND published.state = 'published')
            """
        )

    @api.model
    def _signed(self):
        """Return the statement for what the patients that are ``asked`` for have signed, and whether it holds.

        What a merged entry of the patient has signed counts.
        """
        return SQL(
            """
            SELECT asked.place, consent.template_id, consent.id, consent.signed_at,
                   COALESCE(%(lapse)s, CASE
                       WHEN version.names_treatment AND consent.treatment_id != asked.treatment_id THEN 'other'
                       WHEN version.names_product
                            AND COALESCE(consent.product_key, '') != COALESCE((%(product)s), '')
                       THEN 'other'
                       ELSE 'ok'
                   END) AS state
              FROM asked
              JOIN clinic_consent consent ON consent.patient_id = ANY (asked.patient_ids)
              JOIN clinic_consent_version version ON version.id = consent.version_id
             WHERE consent.kind = 'signed' AND %(occasion)s
            """,
            # Few patients have ever withdrawn anything: only for those each consent is looked at.
            lapse=self._lapse(SQL("asked.day"), SQL("asked.patient_ids"), SQL("asked.withdrew")),
            product=self._product() if self._names_product() else SQL("NULL"),
            occasion=self._of_occasion(),
        )

    @api.model
    def _lapse(self, day, entries, withdrew):
        """Return why ``consent`` does not hold on ``day`` (SQL), NULL while it does: one rule for gate, card and list.

        What a patient withdraws is withdrawn with all that the same patient has signed of that form before, as far as
        it holds for more than one procedure and is about the same treatment and product.

        :param entries: the ids of all entries of the patient (SQL array), merged ones too
        :param withdrew: whether the patient has withdrawn anything (SQL)
        """
        return SQL(
            """
            CASE
                WHEN %(withdrew)s AND EXISTS (
                    SELECT 1
                      FROM clinic_consent withdrawal
                     WHERE withdrawal.kind = 'withdrawal'
                       AND withdrawal.template_id = consent.template_id
                       AND withdrawal.patient_id = ANY (%(entries)s)
                       AND (withdrawal.withdraws_id = consent.id
                            OR withdrawal.id > consent.id
                               AND consent.validity IN ('months', 'open')
                               AND (NOT version.names_treatment OR withdrawal.treatment_id = consent.treatment_id)
                               AND (NOT version.names_product
                                    OR withdrawal.product_key IS NOT DISTINCT FROM consent.product_key))
                ) THEN 'withdrawn'
                WHEN version.state != 'published' THEN 'outdated'
                WHEN consent.valid_until < %(day)s THEN 'expired'
            END
            """,
            day=day,
            entries=entries,
            withdrew=withdrew,
        )

    @api.model
    def _of_occasion(self):
        """Return the condition (SQL) that ``consent`` was signed for what is asked, or for any procedure."""
        return SQL("(consent.validity IN ('months', 'open') OR consent.procedure_id = asked.number)")

    @api.model
    def _product(self):
        """Return the statement for the product of the treatment that a consent names, as it keeps it."""
        return SQL(
            """
            SELECT product.product_tmpl_id::text
              FROM clinic_protocol protocol
              JOIN clinic_protocol_item item ON item.protocol_id = protocol.id
              JOIN product_product product ON product.id = item.product_id
             WHERE protocol.treatment_id = asked.treatment_id AND protocol.state = 'published'
               AND EXISTS (SELECT 1 FROM clinic_substance_product_rel contained
                            WHERE contained.product_id = product.product_tmpl_id)
          ORDER BY item.sequence, item.id
             LIMIT 1
            """
        )
