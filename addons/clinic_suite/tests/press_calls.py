"""The calls that the web client makes, without the web client: quick enough for every role."""

from lxml import etree

from . import press_plan

REFUSALS = ("odoo.exceptions.UserError", "odoo.exceptions.ValidationError", "odoo.exceptions.RedirectWarning")
RIGHTS = ("odoo.exceptions.AccessError",)


def active_on(records):
    """Return what the context of an action on ``records`` says about them."""
    return {"active_model": records._name, "active_ids": records.ids, "active_id": records[:1].id} if records else {}


class Refused(Exception):
    """The server refused in words."""


class Failed(Exception):
    """The server failed."""


class Client:
    """Speaks to the server as the web client of one user does."""

    def __init__(self, case, company_ids):
        self.case = case
        self.context = {"lang": "en_US", "tz": "Asia/Karachi", "allowed_company_ids": company_ids}

    def rpc(self, route, **params):
        response = self.case.url_open(route, json=self.case.build_rpc_payload(params), timeout=60)
        if response.status_code >= 500:
            raise Failed(f"{response.status_code} from {route}")
        answer = response.json()
        if error := answer.get("error"):
            name, words = error["data"]["name"], error["data"]["message"]
            if name in REFUSALS or (name.startswith("odoo.addons.clinic") and ".exceptions." in name):
                raise Refused(words)
            if name in RIGHTS:
                raise Refused(f"(rights) {words}")
            raise Failed(f"{name}: {words}\n{error['data']['debug'][-1500:]}")
        return answer.get("result")

    def open(self, action_id):
        """Open an action as a menu does."""
        self.follow(self.rpc("/web/action/load", action_id=action_id, context=self.context))

    def get(self, url):
        """Follow a link."""
        response = self.case.url_open(url, timeout=60)
        if response.status_code >= 500:
            raise Failed(f"{response.status_code} from {url}")

    def call(self, model, method, args, context=None, **kwargs):
        kwargs["context"] = {**self.context, **(context or {})}
        return self.rpc("/web/dataset/call_kw", model=model, method=method, args=args, kwargs=kwargs)

    def views(self, model, views, context=None):
        return self.call(model, "get_views", [], context, views=views, options={"toolbar": True})

    def press(self, model, button, records, context=None):
        """Press a button of a view: of an object, or of an action."""
        context = {**self.context, **(context or {})}
        if button.kind == "object":
            params = {"model": model, "method": button.name, "args": [records.ids], "kwargs": {"context": context}}
            return self.rpc("/web/dataset/call_button", **params)
        return self.run(button.name, records, context)

    def run(self, action_id, records, context=None):
        """Load an action on ``records``, and run it when the server is to."""
        context = {**self.context, **(context or {}), **active_on(records)}
        action = self.rpc("/web/action/load", action_id=action_id, context=context)
        if action and action["type"] == "ir.actions.server":
            return self.rpc("/web/action/run", action_id=action["id"], context=context)
        return action

    def follow(self, action, records=()):
        """Ask for what the web client asks for when it shows ``action``."""
        if not isinstance(action, dict):
            return
        if action.get("type") == "ir.actions.report":
            self.get(f"/report/html/{action['report_name']}/{','.join(str(record.id) for record in records)}")
        if action.get("type") != "ir.actions.act_window":
            return
        model, context = action["res_model"], action.get("context") or {}
        context = {**active_on(records), **({} if isinstance(context, str) else context)}
        views = action.get("views") or [[False, kind] for kind in action.get("view_mode", "form").split(",")]
        shown = self.views(model, [*views, [False, "search"]], context)
        domain = action.get("domain")
        domain = [] if isinstance(domain, str) else domain or []
        for _view, kind in views[:1] if action.get("res_id") else views:
            self.show(model, kind, shown, domain, context, action.get("res_id"))

    def show(self, model, kind, shown, domain, context=None, res_id=None):
        """Read what a view shows."""
        arch = etree.fromstring(shown["views"][kind]["arch"])
        specification = self.specification(arch, model, shown["models"])
        if kind == "form" and res_id:
            self.call(model, "web_read", [[res_id]], context, specification=specification)
        elif kind == "form" and self.call(model, "has_access", [[], "create"], context):
            self.call(model, "onchange", [[], {}, [], specification], context)
        elif kind in ("list", "kanban"):
            self.call(model, "web_search_read", [], context, domain=domain, specification=specification, limit=80)

    def specification(self, root, model, models):
        """Return which fields the web client reads for a view."""
        found = {}
        for node in root:
            if node.tag != "field":
                found.update(self.specification(node, model, models) if isinstance(node.tag, str) else {})
            elif field := models[model]["fields"].get(node.get("name")):
                found[node.get("name")] = self._specified(node, field, models)
        return found

    def _specified(self, node, field, models):
        if field["type"] == "many2one":
            return {"fields": {"display_name": {}}}
        if not field["type"].endswith("2many"):
            return {}
        view = next((child for child in node if child.tag in ("list", "kanban", "form")), None)
        if view is None or field["relation"] not in models:
            return {"fields": {}}
        return {"fields": self.specification(view, field["relation"], models)}


class Caller:
    """Makes the calls of one role, and undoes each."""

    def __init__(self, role, client, pressed, undo):
        self.role, self.client, self.pressed, self.undo = role, client, pressed, undo

    def attempt(self, what, call, *args):
        """Return what ``call`` returns, or nothing where it is refused or fails."""
        self.pressed.presses[self.role] += 1
        try:
            return call(*args)
        except Refused as refusal:
            self.pressed.refusals.setdefault(f"{self.role}: {what}", str(refusal))
        except Failed as failure:
            self.pressed.errors[f"{self.role}: {what}"] = str(failure)
        finally:
            if lines := self.undo():
                self.pressed.errors.setdefault(f"{self.role}: {what}", lines)
        return None

    def call_screen(self, model, screen):
        """Show a view, and press its buttons and what stands behind the gear, on a record in each state."""
        if not model.has_access("read"):
            return
        views = [[screen.view_id, screen.view_type]]
        shown = self.attempt(f"views of {screen.model}", self.client.views, screen.model, views, screen.context)
        if not shown:
            return
        records = model.search([], limit=40)
        show = (screen.model, screen.view_type, shown, [], screen.context, records[:1].id)
        self.attempt(f"{screen.view_type} of {screen.model}", self.client.show, *show)
        view, some = shown["views"][screen.view_type], self._different(records)
        for button in press_plan.buttons(view["arch"]):
            if not button.path:
                # A button that is always there is pressed with nothing selected too.
                for record in [records[:0], *some] if button.always else some:
                    self.attempt(f"{button.mark} on {record}", self._press, screen, button, record)
        if screen.view_type == "form":
            self._press_gear(screen, view.get("toolbar", {}), some)

    def _press(self, screen, button, record):
        self.client.follow(self.client.press(screen.model, button, record, screen.context), record)

    def _press_gear(self, screen, toolbar, records):
        for record in records:
            for item in toolbar.get("action", []) + toolbar.get("print", []):
                self.attempt(f"{item['name']} on {record}", self._run, item["id"], record)
            if press_plan.is_ours(screen.model):
                archive = ("action_archive", "action_unarchive") if "active" in record._fields else ()
                for method in ("copy", "unlink", *archive):
                    self.attempt(f"{method} on {record}", self.client.call, screen.model, method, [record.ids])

    def _run(self, action_id, record):
        self.client.follow(self.client.run(action_id, record), record)

    def _different(self, records):
        """Return a record in each state."""
        if "state" in records._fields:
            return [group[:1] for group in records.grouped("state").values()]
        return list(records[:2])
