"""Queries as functions of the database: PostgreSQL plans them once in a connection.

For what is asked at each search or booking: to plan these queries takes longer than to run them.
"""

from odoo.tools import SQL


def make_function(cr, name: str, parameters: str, query: str, returns: str = "bigint[]", planned: str = "auto") -> None:
    """Make the function ``name``, which returns the one array that ``query`` selects.

    :param planned: PostgreSQL's ``plan_cache_mode``; by itself it plans again where it expects to gain by that
    """
    mode = SQL(" SET plan_cache_mode = %s", SQL.identifier(planned)) if planned != "auto" else SQL()
    cr.execute(
        SQL(
            "CREATE OR REPLACE FUNCTION %s (%s) RETURNS %s LANGUAGE plpgsql STABLE%s AS $$ BEGIN RETURN (%s); END $$",
            SQL.identifier(name),
            SQL(parameters),
            SQL(returns),
            mode,
            SQL(query),
        )
    )


def drop_function(cr, name: str) -> None:
    """Take the function ``name`` away again."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(name)))
