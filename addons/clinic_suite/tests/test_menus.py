from odoo.tests import TransactionCase, new_test_user, tagged

# What each role finds at the top; the first one is its home.
TOP = {
    "reception": ["Board", "Patients", "Visits"],
    "cosmetologist": ["My Day", "Board", "Patients", "Visits", "Clinical", "Billing", "Stock"],
    "practitioner": ["My Day", "Board", "Patients", "Visits", "Clinical", "Billing", "Stock"],
    "warehouse": ["Stock"],
    "accountant": ["Billing", "Stock"],
    "manager": ["Reporting", "Board", "Patients", "Visits", "Billing", "Stock", "Configuration"],
}
HOMES = {
    "reception": "clinic_visit.clinic_board_action",
    "cosmetologist": "clinic_record.clinic_my_day_action",
    "practitioner": "clinic_record.clinic_my_day_action",
    "warehouse": "clinic_stock.clinic_stock_day_action",
    "accountant": "clinic_books.clinic_books_home_action",
    "manager": "clinic_visit.clinic_home_action",
}
MOST = 7


@tagged("post_install", "-at_install")
class TestMenus(TransactionCase):
    def _menus(self, role):
        user = new_test_user(self.env, login=f"menus_{role}", groups=f"clinic.group_{role}")
        return self.env["ir.ui.menu"].with_user(user).load_web_menus(False)

    def test_each_role_finds_few_menus_and_its_home_first(self):
        for role, top in TOP.items():
            with self.subTest(role=role):
                menus = self._menus(role)
                root = menus[self.env.ref("clinic.menu_root").id]
                names = [menus[child]["name"] for child in root["children"]]
                self.assertEqual(names, top)
                self.assertLessEqual(len(names), MOST)
                self.assertEqual(root["actionID"], self.env.ref(HOMES[role]).id)

    def test_marketing_finds_campaigns(self):
        user = new_test_user(self.env, login="menus_marketing", groups="clinic_campaign.group_marketing")
        menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
        root = menus[self.env.ref("clinic.menu_root").id]
        self.assertEqual([menus[child]["name"] for child in root["children"]], ["Campaigns"])
        self.assertEqual(root["actionID"], self.env.ref("clinic_campaign.clinic_campaign_action").id)

    def test_a_privacy_officer_finds_the_logs(self):
        user = new_test_user(self.env, login="menus_officer", groups="clinic.group_privacy_officer")
        menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
        root = menus[self.env.ref("clinic.menu_root").id]
        self.assertEqual([menus[child]["name"] for child in root["children"]], ["Reporting"])
        reporting = menus[self.env.ref("clinic_visit.menu_reporting").id]
        self.assertEqual([menus[child]["name"] for child in reporting["children"]], ["Privacy"])
