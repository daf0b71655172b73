from contextlib import contextmanager

from odoo.tests import tagged

from .common import OnlineCommon


@tagged("post_install", "-at_install")
class TestCatalogue(OnlineCommon):
    """The page of treatments asks the database as often for a long catalogue as for a short one."""

    @contextmanager
    def _counted(self, counts):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        yield
        counts.append(self.env.cr.sql_log_count - before)

    def _groups(self):
        at = self.env["clinic.online"]._at(self.branch)
        return [one for _name, treatments in at._prepare_groups(self.branch) for one in treatments]

    def _more(self, count):
        for number in range(count):
            treatment = self._create_treatment(f"More {number}", room_kind_id=self.room_kind.id)
            treatment.write({"is_online": True, "list_price": 100 + number})

    def _compare(self):
        counts = []
        self._groups()
        with self._counted(counts):
            few = len(self._groups())
        self._more(12)
        self._groups()
        with self._counted(counts):
            many = len(self._groups())
        self.assertEqual(many, few + 12)
        self.assertEqual(counts[0], counts[1])

    def test_with_deposits(self):
        self._compare()

    def test_with_a_price_list(self):
        self.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        pricelist = self.env["product.pricelist"].create({"name": "List", "company_id": self.branch.id, "sequence": 0})
        items = [{"compute_price": "percentage", "percent_price": 10, "applied_on": "3_global"}]
        pricelist.item_ids.create([{**item, "pricelist_id": pricelist.id} for item in items])
        self._compare()

    def test_prices_from_outside_are_not_believed(self):
        key = (self.facial.id, self.branch.id, False, False)
        facial = self.facial.with_context(clinic_asked_prices={key: 1.0})
        self.assertEqual(facial._clinic_price(self.branch, False), self.facial.list_price)
