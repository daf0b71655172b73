def migrate(cr, version):
    """Let the rules on clinical records ask who cares for the patient: the rules themselves are not updated."""
    cr.execute(
        """
        UPDATE ir_rule rule
           SET domain_force = '[(''patient_id.is_in_care'', ''='', True)]'
          FROM ir_model_data data
         WHERE data.model = 'ir.rule' AND data.res_id = rule.id AND data.module = 'clinic_record'
           AND rule.domain_force LIKE '%patient_id.care_branch_ids%'
        """
    )
