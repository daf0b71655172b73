"""Entries know what they were earned with, what they come to in full, and what they change."""

from odoo.tools.sql import create_column, drop_index

COLUMNS = {
    "month": "date",
    "kind": "varchar",
    "role": "varchar",
    "product_id": "integer",
    "full_base": "numeric",
    "full_amount": "numeric",
    "terms": "jsonb",
    "tiered": "boolean",
    "origin_key": "varchar",
    "origin_id": "integer",
}


def migrate(cr, version):
    """Fill the columns of the entries that are there, before the constraints that need them are made."""
    for name, kind in COLUMNS.items():
        create_column(cr, "clinic_commission_entry", name, kind)
    _fill_earned(cr)
    _fill_credited(cr)
    _fill_reversals(cr)
    _drop_indexes(cr)


def _fill_earned(cr):
    """What an invoice earned is the whole; what its rule was then is known by what came of it."""
    cr.execute(
        """
        UPDATE clinic_commission_entry entry
           SET month = date_trunc('month', entry.date), kind = 'earned', role = 'performer', tiered = FALSE,
               full_base = entry.base_amount, full_amount = entry.amount,
               origin_key = 'move:' || entry.move_id || ':' || entry.procedure_id,
               terms = CASE WHEN rule.kind = 'flat'
                            THEN jsonb_build_object('kind', 'flat', 'amount', entry.amount)
                            ELSE jsonb_build_object(
                                'kind', 'percent', 'basis', 'net', 'price', entry.base_amount,
                                'items', COALESCE(rule.include_items, FALSE),
                                'percent', round(100 * entry.amount / NULLIF(entry.base_amount, 0), 2)
                            ) END
          FROM clinic_commission_rule rule
         WHERE rule.id = entry.rule_id
        """
    )
    cr.execute(
        """
        UPDATE clinic_commission_entry
           SET terms = terms || '{"percent": 0}'
         WHERE terms ->> 'kind' = 'percent' AND terms ->> 'percent' IS NULL
        """
    )


def _fill_credited(cr):
    """What a credit note took back changes what the invoice earned last: that of its latest posting by then."""
    cr.execute(
        """
        UPDATE clinic_commission_entry entry
           SET kind = 'part', month = origin.month, origin_id = origin.id, origin_key = origin.origin_key,
               full_base = NULL, full_amount = NULL, posting = numbered.number,
               terms = jsonb_build_object(
                   'why', 'credited',
                   'percent', COALESCE(round(100 * abs(entry.amount / NULLIF(origin.amount, 0)), 2), 0)
               )
          FROM (
               SELECT part.id, earned.id AS origin_id,
                      row_number() OVER (PARTITION BY earned.id ORDER BY part.id) AS number
                 FROM clinic_commission_entry part
                 JOIN account_move note ON note.id = part.move_id AND note.move_type = 'out_refund'
     CROSS JOIN LATERAL (
                      SELECT invoiced.id
                        FROM clinic_commission_entry invoiced
                       WHERE invoiced.move_id = note.reversed_entry_id AND invoiced.procedure_id = part.procedure_id
                         AND invoiced.reverses_id IS NULL AND invoiced.id < part.id
                    ORDER BY invoiced.id DESC
                       LIMIT 1
                      ) earned
                WHERE part.reverses_id IS NULL
               ) numbered
          JOIN clinic_commission_entry origin ON origin.id = numbered.origin_id
         WHERE entry.id = numbered.id
        """
    )


def _fill_reversals(cr):
    """What answers an entry belongs to what that one belongs to."""
    cr.execute(
        """
        UPDATE clinic_commission_entry entry
           SET kind = 'part', month = reversed.month, origin_id = reversed.origin_id, posting = reversed.posting,
               origin_key = reversed.origin_key, full_base = NULL, full_amount = NULL, terms = '{"why": "draft"}'
          FROM clinic_commission_entry reversed
         WHERE reversed.id = entry.reverses_id
        """
    )


def _drop_indexes(cr):
    """Drop the indexes that an entry has no longer, or has of only those rows that have a value."""
    for column in ("company_id", "practitioner_id", "rule_id", "move_id", "procedure_id"):
        drop_index(cr, f"clinic_commission_entry__{column}_index", "clinic_commission_entry")
