from odoo import api, models
from odoo.tools import SQL

# The types of risk to which it matters what a product contains.
ALLERGIC = ("allergy", "reaction", "sensitivity")
READ = (
    "clinic.risk",
    "clinic.risk.kind",
    "clinic.risk.rule",
    "clinic.substance",
    "clinic.gate.override",
    "clinic.protocol",
    "clinic.protocol.item",
    "product.template",
    "product.product",
)
LEVELS = {1: "stop", 2: "ask", 3: "info"}


class ClinicRiskCheck(models.AbstractModel):
    """Patients' risks held against treatments: one statement for any number of them.

    Asked by the gate, by the board, by the booking dialog and when an item is used. It asks on nobody's behalf: who
    shows what it found decides how much of it.
    """

    _name = "clinic.risk.check"
    _description = "Risks against Treatments"

    @api.model
    def _find(self, asked):
        """Return the risks that matter as dicts, the gravest of each number first.

        They tell ``number``, ``risk_id``, its ``name``, the ``level`` and its ``rank``, the ``cause`` ("rule",
        "product", "treatment" or "grave"), ``rule_id``, whether a product ``contains`` it, and whether it is
        ``overridden`` for the procedure ``number``.

        A risk matters because of a rule, because the patient is allergic to what the treatment's expected products
        contain, because it came from this treatment, or, for information, because it is grave.

        :param asked: a list of (number, patient id, treatment id, day, product template id or None); the number is that
            of a procedure, or the caller's own; a product stands in the place of those that the treatment is expected
            to use
        """
        if not asked:
            return []
        for model in READ:
            self.env[model].flush_model()
        rows = self.env.execute_query(self._statement(asked))
        names = ("number", "risk_id", "name", "rule_id", "rank", "cause", "contains", "overridden")
        found = [dict(zip(names, row, strict=True)) for row in rows]
        return [{**row, "level": LEVELS[row["rank"]]} for row in found]

    @api.model
    def _statement(self, asked):
        numbers, patients, treatments, days, products = zip(*asked, strict=True)
        return SQL(
            """
            WITH asked AS (
                SELECT * FROM unnest(%(numbers)s::int[], %(patients)s::int[], %(treatments)s::int[], %(days)s::date[],
                                     %(products)s::int[]) AS asked (number, patient_id, treatment_id, day, product_id)
            ), expected AS (
                %(expected)s
            ), found AS (
                SELECT asked.number, risk.id AS risk_id, rule.id AS rule_id, risk.severity_rank, %(name)s AS name,
                       rule.rank AS by_rule,
                       CASE WHEN lasts AND %(by_product)s THEN CASE risk.severity WHEN 'severe' THEN 1 ELSE 2 END
                       END AS by_product,
                       CASE WHEN lasts AND asked.product_id IS NULL AND risk.treatment_id = asked.treatment_id
                            THEN CASE risk.severity WHEN 'severe' THEN 1 ELSE 2 END
                       END AS by_treatment,
                       CASE WHEN lasts AND (kind.type IN %(allergic)s OR risk.severity = 'severe') THEN 3 END AS grave
                  FROM asked
                  JOIN clinic_risk risk ON risk.patient_id = asked.patient_id
                                       AND (risk.date_from IS NULL OR risk.date_from <= asked.day)
                  JOIN clinic_risk_kind kind ON kind.id = risk.kind_id
                  JOIN product_template treatment ON treatment.id = asked.treatment_id
             LEFT JOIN product_category category ON category.id = treatment.categ_id
            CROSS JOIN LATERAL (SELECT risk.date_to IS NULL OR risk.date_to >= asked.day AS lasts) AS now_
             LEFT JOIN LATERAL (%(rules)s) AS rule ON TRUE
            )
            SELECT number, risk_id, name, rule_id, rank,
                   CASE rank WHEN by_rule THEN 'rule' WHEN by_product THEN 'product' WHEN by_treatment THEN 'treatment'
                   ELSE 'grave' END,
                   by_product IS NOT NULL,
                   EXISTS (
                       SELECT 1
                         FROM clinic_gate_override override
                        WHERE override.procedure_id = number
                          AND override.key = concat('risk-', (ARRAY['stop', 'ask', 'info'])[rank], '-', risk_id)
                   )
              FROM found
        CROSS JOIN LATERAL (SELECT LEAST(by_rule, by_product, by_treatment, grave) AS rank) AS gravest
             WHERE rank IS NOT NULL
          ORDER BY number, rank, severity_rank, risk_id
            """,
            numbers=list(numbers),
            patients=list(patients),
            treatments=list(treatments),
            days=list(days),
            products=list(products),
            expected=self._expected_products(),
            name=self.env["clinic.risk.kind"].sudo()._field_to_sql("kind", "name"),
            by_product=self._by_product(),
            allergic=ALLERGIC,
            rules=self._rules(),
        )

    @api.model
    def _rules(self):
        """Return the statement that finds the gravest rule for ``risk`` and ``treatment``."""
        return SQL(
            """
            SELECT rule.id, CASE rule.level WHEN 'absolute' THEN 1 WHEN 'relative' THEN 2 ELSE 3 END AS rank
              FROM clinic_risk_rule rule
             WHERE rule.active
               AND (rule.kind_id = kind.id OR rule.substance_id = kind.substance_id)
               AND (num_nonnulls(rule.treatment_id, rule.category_id) = 0
                    OR rule.treatment_id = treatment.id
                    OR rule.category_id::text = ANY (string_to_array(category.parent_path, '/')))
               AND (risk.date_to IS NULL OR risk.date_to + COALESCE(rule.after_days, 0) >= asked.day)
          ORDER BY rank, rule.treatment_id IS NULL, rule.category_id IS NULL, rule.id
             LIMIT 1
            """
        )

    @api.model
    def _by_product(self):
        """Return the condition that ``risk`` is a reaction to one of the products in question or to what is in it."""
        return SQL(
            """
            kind.type IN %(allergic)s AND EXISTS (
                SELECT 1
                  FROM expected
             LEFT JOIN clinic_substance_product_rel contained ON contained.product_id = expected.product_tmpl_id
             LEFT JOIN product_product suspected ON suspected.id = risk.product_id
                 WHERE (expected.treatment_id = asked.treatment_id AND asked.product_id IS NULL
                        OR expected.product_tmpl_id = asked.product_id AND expected.treatment_id IS NULL)
                   AND (contained.substance_id = kind.substance_id
                        OR suspected.product_tmpl_id = expected.product_tmpl_id)
            )
            """,
            allergic=ALLERGIC,
        )

    @api.model
    def _expected_products(self):
        """Return the statement for the products that treatments are expected to use, and the products asked for.

        :return: SQL with the columns ``treatment_id`` (null for a product that was asked for) and ``product_tmpl_id``
        """
        return SQL(
            """
            SELECT NULL::int AS treatment_id, product_id AS product_tmpl_id FROM asked WHERE product_id > 0
         UNION ALL
            SELECT protocol.treatment_id, product.product_tmpl_id
              FROM clinic_protocol protocol
              JOIN clinic_protocol_item item ON item.protocol_id = protocol.id
              JOIN product_product product ON product.id = item.product_id
             WHERE protocol.state = 'published' AND protocol.treatment_id IN (SELECT treatment_id FROM asked)
            """
        )
