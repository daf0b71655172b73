from odoo.tests import TransactionCase, new_test_user, tagged

ROLES = ("reception", "cosmetologist", "practitioner", "warehouse", "accountant", "manager")
# What each role may do: nothing; both tables tell who tries to come in.
EXPECTED = {
    "clinic.reset.request": dict.fromkeys(ROLES, ""),
    "clinic.signin.attempt": dict.fromkeys(ROLES, ""),
}


@tagged("post_install", "-at_install")
class TestRights(TransactionCase):
    def test_nobody_but_administrators_reads_who_tries_to_come_in(self):
        people = [new_test_user(self.env, login=f"test_{group}", groups=f"base.group_{group}") for group in GROUPS]
        for model in EXPECTED:
            for user in people:
                for verb in ("read", "write", "create", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(verb), (model, user.login, verb))
            admin = self.env[model].with_user(self.env.ref("base.user_admin"))
            self.assertTrue(admin.has_access("read"))
            self.assertFalse(admin.has_access("write"))


GROUPS = ("user", "portal", "public")
