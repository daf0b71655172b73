def migrate(cr, version):
    """Make one line of those of a protocol that name the same item, in the unit of the first: each stands once now."""
    cr.execute(
        """
        UPDATE clinic_protocol_item kept
           SET quantity = same.quantity / unit.factor
          FROM (
                   SELECT min(item.id) AS id, sum(item.quantity * given.factor) AS quantity
                     FROM clinic_protocol_item item
                     JOIN uom_uom given ON given.id = item.uom_id
                 GROUP BY item.protocol_id, item.product_id
                   HAVING count(*) > 1
               ) AS same, uom_uom unit
         WHERE kept.id = same.id AND unit.id = kept.uom_id
        """
    )
    cr.execute(
        """
        DELETE FROM clinic_protocol_item item
              USING clinic_protocol_item first
              WHERE first.protocol_id = item.protocol_id AND first.product_id = item.product_id AND first.id < item.id
        """
    )
