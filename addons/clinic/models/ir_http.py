from werkzeug.exceptions import BadRequest, abort

from odoo import models
from odoo.exceptions import UserError
from odoo.http import request, serialize_exception

from .. import call_door
from ..door import is_clean


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client in which zone each of the user's branches lives."""
        info = super().session_info()
        if self.env.user._is_internal():
            branches = self.env["res.company"].browse(self.env.user._get_company_ids())
            info["clinic_branch_zones"] = {branch.id: branch._clinic_timezone().zone for branch in branches}
        return info

    @classmethod
    def _match(cls, path_info):
        """Refuse an address or a JSON body that nobody can store before anything reads it."""
        # A line break would end the header of a redirect to the right address.
        if not is_clean(path_info) or {"\n", "\r"} & set(path_info):
            raise BadRequest()
        rule, args = super()._match(path_info)
        if request.httprequest.mimetype in call_door.JSON and request.httprequest.content_length:
            cls._clinic_check_body(rule.endpoint.routing["type"])
        return rule, args

    @classmethod
    def _clinic_check_body(cls, routing_type):
        """Answer with the status 400, in words, unless the body is JSON that fits a route of ``routing_type``."""
        try:
            data = call_door.read_json(request.httprequest.get_data(as_text=True))
            fits = routing_type != "jsonrpc" or call_door.is_call(data, request.httprequest.path)
        except ValueError:
            fits = False
        if not fits:
            text = request.env._("What was sent cannot be read: it has characters or numbers that cannot be stored.")
            error = serialize_exception(UserError(text))
            if routing_type == "jsonrpc":
                error = {"jsonrpc": "2.0", "id": None, "error": {"code": 400, "message": text, "data": error}}
            abort(request.make_json_response(error, status=400))

    @classmethod
    def _dispatch(cls, endpoint):
        """Check what a method of ours is called with."""
        # No route takes an argument of this name: it would meet Python's own, with a traceback.
        request.params.pop("self", None)
        params, path = request.params, request.httprequest.path
        if path.startswith(call_door.CALLS):
            call = (params["model"], params["method"], params["args"], params["kwargs"])
            ids = None
        elif "__method__" in params and path.startswith("/json/2/"):
            call = (params["__model__"], params["__method__"], [], {**params})
            for name in ("__model__", "__method__"):
                call[3].pop(name)
            ids = call[3].pop("ids", ())
        else:
            return super()._dispatch(endpoint)
        with call_door.checked_call(request.env, *call, ids=ids):
            return super()._dispatch(endpoint)
