"""Branches in the reports of OCA, which ask for one company at a time.

A branch uses the accounts of its company, and what a company reports is what its branches have done. The reports look
for "the accounts of this company" and "the entries of this company": while ``KEY`` is in the context, the first means
also the accounts of the companies above, the second also the entries of the branches below. What the user may not see
stays unseen, as the rules by branch apply to either.

They also ask each entry's move whether it is posted, which the entry knows itself: with a million of them, that is the
longest part of a report.
"""

from odoo.fields import Domain

KEY = "clinic_branches"


def with_branches(env, domain, name, operator, paths=()):
    """Return ``domain`` with each question for a company by the field ``name`` put as ``operator`` instead.

    :param operator: "parent_of" or "child_of"
    :param paths: fields to ask for the company instead of ``name``, one of which is enough
    """
    if not env.context.get(KEY):
        return domain

    def widen(condition):
        if condition.field_expr != name or condition.operator not in ("=", "in") or not condition.value:
            return condition
        value = [condition.value] if isinstance(condition.value, int) else list(condition.value)
        asked = operator
        if operator == "child_of":
            # By their ids, or each entry is joined to its company.
            asked, value = "in", env["res.company"].search([("id", "child_of", value)]).ids
        return Domain.OR(Domain(path, asked, value) for path in paths or (name,))

    return Domain(domain).map_conditions(widen)


def by_own_state(env, domain):
    """Return ``domain`` on entries with each question for the state of their move put to the entry itself."""
    if not env.context.get(KEY):
        return domain

    def own(condition):
        is_state = condition.field_expr == "move_id.state"
        return Domain("parent_state", condition.operator, condition.value) if is_state else condition

    return Domain(domain).map_conditions(own)
