from odoo.fields import Command

from .clock import ZONE

# Login (the password, too), name (of the employee, where there is one), and the branch in which they begin: without
# one, they work for the whole company.
STAFF = [
    ("reception", "Amna Javed", "Noor Gulberg"),
    ("practitioner", "Dr. Mehreen Anwar", "Noor Gulberg"),
    ("cosmetologist", "Rabia Nadeem", "Noor Gulberg"),
    ("warehouse", "Kamran Aziz", "Noor Gulberg"),
    ("accountant", "Nadia Hameed", None),
    ("manager", "Usman Khalid", "Noor Gulberg"),
]
HEAD_OFFICE = {"accountant", "manager"}
# Colleagues sign their own records; their logins show nothing that the roles above do not.
COLLEAGUES = [
    ("bilal", "practitioner", "Dr. Bilal Rehman", "Noor Gulberg"),
    ("hina", "practitioner", "Dr. Hina Tariq", "Noor Gulberg"),
    ("sana", "practitioner", "Dr. Sana Iftikhar", "Noor DHA"),
    ("farah", "cosmetologist", "Farah Yousaf", "Noor DHA"),
]


def load_users(env, branches):
    """Create one user a role, who logs in with the role's name as login and password, and the other practitioners."""
    companies = env.company | branches
    env.ref("base.user_admin").write(
        {
            "tz": ZONE.zone,
            "lang": "en_US",
            "company_id": branches[0].id,
            "company_ids": [Command.set(companies.ids)],
        }
    )
    staff = [(login, login, name, branch) for login, name, branch in STAFF]
    for login, role, name, branch in staff + COLLEAGUES:
        home = branches.filtered(lambda company, branch=branch: company.name == branch) or env.company
        user = _create_user(env, login, name, home, f"clinic.group_{role}")
        user.company_ids = companies if login in HEAD_OFFICE else branches
        if login == "manager":
            # Shows the access log, too; a real clinic gives this to somebody else.
            user.group_ids = [Command.link(env.ref("clinic.group_privacy_officer").id)]
        employee = env["hr.employee"].search([("name", "=", name)])
        if employee:
            employee.user_id = user
        else:
            env["hr.employee"].with_company(home).create({"user_id": user.id, "name": name, "company_id": home.id})
    # Who writes the campaigns works with no patient.
    home = branches.filtered(lambda company: company.name == "Noor Gulberg")
    _create_user(env, "marketing", "Zoya Karim", home, "clinic_campaign.group_marketing").company_ids = branches


def load_portal_user(env, patient):
    """Let ``patient`` log in to the portal as "patient"."""
    values = {"partner_id": patient.partner_id.id, "company_id": env.company.id}
    return _create_user(env, "patient", patient.name, env.company, "base.group_portal", **values)


def _create_user(env, login, name, company, group, **values):
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "login": login,
                "password": login,
                "name": name,
                "email": f"{login}@noor-clinic.example",
                "tz": ZONE.zone,
                "lang": "en_US",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(env.ref(group).ids)],
                **values,
            }
        )
    )
