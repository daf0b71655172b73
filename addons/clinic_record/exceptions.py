from odoo.exceptions import UserError


class EditConflict(UserError):
    """Somebody, or another tab, has saved something else since the page that asks was read.

    ``context`` reaches the browser: ``theirs`` is what is kept now, and ``seen`` what a page has to send to put its own
    in that place.
    """

    def __init__(self, message, theirs, seen):
        super().__init__(message)
        self.context = {"theirs": theirs, "seen": seen}
