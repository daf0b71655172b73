from odoo.tools.sql import drop_index


def migrate(cr, version):
    _mark_complete(cr)
    _freeze_limits(cr)
    _make_on_the_second(cr)
    # The unique index of reversals finds them as well.
    drop_index(cr, "clinic_commission_entry__reverses_id_index", "clinic_commission_entry")


def _mark_complete(cr):
    """Statements know whether their month was over; so far only those of the month before were looked at once more."""
    cr.execute(
        """
        UPDATE clinic_commission_statement
           SET is_complete = TRUE
         WHERE date_from < date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month'
        """
    )


def _freeze_limits(cr):
    """A settled month keeps its guarantee and cap: as its last figure says, else those that were there by then."""
    cr.execute(
        """
        UPDATE clinic_commission_statement statement
           SET limit_terms = COALESCE(
                   (
                       SELECT jsonb_build_object(
                                  'minimum', entry.terms -> 'minimum', 'maximum', entry.terms -> 'maximum'
                              )
                         FROM clinic_commission_entry entry
                        WHERE entry.kind = 'limit' AND entry.practitioner_id = statement.practitioner_id
                          AND entry.company_id = statement.company_id AND entry.month = statement.date_from
                     ORDER BY entry.id DESC
                        LIMIT 1
                   ),
                   (
                       SELECT jsonb_build_object(
                                  'minimum', COALESCE(rule.minimum, 0), 'maximum', COALESCE(rule.maximum, 0)
                              )
                         FROM clinic_commission_limit rule
                        WHERE rule.practitioner_id = statement.practitioner_id
                          AND rule.company_id = statement.company_id
                          AND rule.create_date <= statement.write_date
                          AND COALESCE(rule.date_from <= statement.date_from, TRUE)
                          AND COALESCE(rule.date_to >= statement.date_from, TRUE)
                        LIMIT 1
                   ),
                   '{"minimum": 0, "maximum": 0}'
               )
         WHERE state != 'draft' AND is_complete
        """
    )


def _make_on_the_second(cr):
    """On the second day of a month the one before is over in every time zone, on the first it is not."""
    cr.execute(
        """
        UPDATE ir_cron
           SET nextcall = nextcall + interval '1 day'
         WHERE EXTRACT(day FROM nextcall) = 1 AND id = (
               SELECT res_id FROM ir_model_data
                WHERE module = 'clinic_commission' AND name = 'cron_generate' AND model = 'ir.cron'
               )
        """
    )
