import time

from odoo.http import request

from ..const import GUESS_TIME, WRONG_TAKES


class Wrong:
    """Answers to links that lead nowhere: always alike and after the same time, whatever was wrong with them.

    After too many of them the answer comes at once: nothing of the server waits for those who go on guessing.
    """

    def __init__(self):
        self.begun = time.monotonic()

    def note(self):
        """Note the wrong link; return whether there were too many, once the time of an answer is over."""
        is_much = request.env["clinic.link.guess"]._note(request.httprequest.remote_addr)
        if not is_much:
            time.sleep(max(0.0, WRONG_TAKES - (time.monotonic() - self.begun)))
        return is_much

    def retry_later(self, response):
        """Return ``response`` with the time after which the next link is looked at."""
        response.headers["Retry-After"] = str(int(GUESS_TIME.total_seconds()))
        return response
