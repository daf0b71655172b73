from odoo.api import SUPERUSER_ID, Environment


def migrate(cr, version):
    """Give each branch the statement of its own entries: until now one stood for all branches of a company."""
    env = Environment(cr, SUPERUSER_ID, {})
    rule = env.ref("clinic_commission.rule_statement_branch", raise_if_not_found=False)
    if rule:
        rule.write(
            {"name": "Commission statement: own branches", "domain_force": "[('company_id', 'in', company_ids)]"}
        )
    cr.execute(
        """
        INSERT INTO clinic_commission_statement (
               practitioner_id, company_id, date_from, date_to, name, state, create_uid, create_date, write_uid,
               write_date)
        SELECT DISTINCT statement.practitioner_id, entry.company_id, statement.date_from, statement.date_to,
               statement.name, statement.state, statement.create_uid, statement.create_date, statement.write_uid,
               statement.write_date
          FROM clinic_commission_entry entry
          JOIN clinic_commission_statement statement ON statement.id = entry.statement_id
         WHERE entry.company_id != statement.company_id
   ON CONFLICT DO NOTHING
        """
    )
    cr.execute(
        """
        UPDATE clinic_commission_entry entry
           SET statement_id = own.id
          FROM clinic_commission_statement former, clinic_commission_statement own
         WHERE former.id = entry.statement_id AND former.company_id != entry.company_id
           AND own.practitioner_id = former.practitioner_id AND own.date_from = former.date_from
           AND own.company_id = entry.company_id
        """
    )
    cr.execute(
        """
        DELETE FROM clinic_commission_statement statement
         WHERE NOT EXISTS (SELECT FROM clinic_commission_entry entry WHERE entry.statement_id = statement.id)
        """
    )
    env.invalidate_all()
    statements = env["clinic.commission.statement"].search([])
    for name in ("entry_count", "base_amount", "amount", "clinic_amount"):
        env.add_to_compute(statements._fields[name], statements)
    env.flush_all()
