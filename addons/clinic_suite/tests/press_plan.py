"""What there is to press: read from the registry, so that a button which is added is pressed without further ado."""

import re
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from odoo.tools import SQL, DotDict, file_open
from odoo.tools.misc import file_path
from odoo.tools.safe_eval import safe_eval

OURS = "clinic"
BUTTONS = "//*[(self::button or self::a) and (@type='object' or @type='action') and not(@position)]"


class Button(NamedTuple):
    """A button of a view, in the record in which it was found."""

    mark: str
    name: str
    kind: str
    path: tuple  # names of the x2many fields around it
    hidden_by: tuple  # expressions for each level of the path, the outermost first
    in_header: bool  # of a list
    always: bool  # there, also while no row is selected


class Place(NamedTuple):
    """Where to begin: a page as it stands after some steps, or with what was typed there before."""

    action: object  # its XML id, or the action itself
    options: dict = {}  # of ``doAction``
    stored: dict = {}  # what the tab has kept of what was typed
    steps: tuple = ()

    @property
    def name(self):
        name = self.action if isinstance(self.action, str) else self.action["res_model"]
        return f"{name} {self.options.get('props', '')}"


class Screen(NamedTuple):
    model: str
    view_type: str
    view_id: int
    context: dict

    def action(self, records):
        """Return the action that shows ``records`` in this view."""
        action = {
            "type": "ir.actions.act_window",
            "name": "Press",
            "res_model": self.model,
            "views": [[self.view_id, self.view_type]],
            "context": self.context,
            "domain": [["id", "in", records.ids]],
            "target": "current" if records else "new",
        }
        if self.view_type == "form":
            action["res_id"] = records.id
        return action


def is_ours(xml_id):
    return xml_id.startswith(OURS)


def mark_views(env):
    """Give each button of our views a mark, "view#number:name", and return the marks.

    Not through ``write``, which would check each view again.
    """
    marks = []
    views = env["ir.ui.view"].with_context(active_test=True).search([("type", "!=", "qweb")])
    for view_id, xml_id in views.get_external_id().items():
        if not is_ours(xml_id):
            continue
        view = views.browse(view_id)
        root = etree.fromstring(view.arch_db)
        own = []
        for number, node in enumerate(root.xpath(BUTTONS), 1):
            mark = f"{xml_id}#{number}:{node.get('name')}"
            node.set("data-press", mark)
            own.append(mark)
        if root.get("action") and root.get("type"):
            # A card or row that opens by a method of its own.
            own.append(f"{xml_id}#open:{root.get('action')}")
            root.set("data-press", own[-1])
        if own:
            marks += own
            arch = etree.tostring(root, encoding="unicode")
            env.cr.execute(
                SQL(
                    "UPDATE ir_ui_view SET arch_db = jsonb_build_object('en_US', %s::text) WHERE id = %s", arch, view_id
                )
            )
    env.invalidate_all()
    env.registry.clear_cache("templates")
    env.registry.clear_all_caches()
    return marks


def template_marks(addons):
    """Return the marks of what answers a click in our OWL templates, as press_marks.js counts them."""
    marks = {}
    for addon in addons:
        for path in sorted(_static_files(addon)):
            with file_open(path, "rb") as file:
                root = etree.parse(file).getroot()
            for template in root:
                if not isinstance(template.tag, str):
                    continue
                name = template.get("t-name") or template.get("t-inherit")
                if not is_ours(name):
                    continue
                number = 0
                for node in template.iterdescendants(etree.Element):
                    if node.tag == "button" or any(
                        re.fullmatch(r"t-on-click(\..*)?|onSelected", a) for a in node.attrib
                    ):
                        number += 1
                        marks[f"{name}#{number}"] = f"{path}:{node.sourceline}"
    return marks


def _static_files(addon):
    root = Path(file_path(addon))
    return [f"{addon}/{path.relative_to(root)}" for path in (root / "static" / "src").rglob("*.xml")]


def screens(env):
    """Return the views with our buttons, with the contexts of the actions that lead to them."""
    views = env["ir.ui.view"].search([("type", "!=", "qweb"), ("arch_db", "like", "data-press=")])
    roots = env["ir.ui.view"]
    for view in views:
        while view.mode == "extension" and view.inherit_id:
            view = view.inherit_id
        roots |= view
    # A primary view that is made from one with our buttons has them too.
    todo = roots
    while todo:
        todo = env["ir.ui.view"].search([("inherit_id", "in", (roots | views).ids), ("mode", "=", "primary")]) - roots
        roots |= todo
    actions = env["ir.actions.act_window"].search([])
    ours = {action for action, xml_id in actions.get_external_id().items() if is_ours(xml_id)}
    actions = actions.filtered(lambda action: action.id in ours)
    found = []
    for root in roots.sorted("id"):
        if root.type in ("search",) or root.model not in env:
            continue
        fitting = [a for a in actions if a.res_model == root.model and any(root.id == v[0] for v in a.views)]
        fitting += [a for a in actions if a.res_model == root.model and root.type in a.view_mode.split(",")]
        action = fitting[0] if fitting else env["ir.actions.act_window"]
        found.append(Screen(root.model, root.type, root.id, _context(action)))
    return found


def _context(action):
    """Return the context of ``action`` without the filters that it begins with."""
    try:
        context = safe_eval(action.context or "{}", {"uid": action.env.uid, "active_id": False})
    except (NameError, ValueError):
        return {}
    return {key: value for key, value in context.items() if not key.startswith(("search_default", "group_by"))}


def gear_marks(env):
    """Return a mark of each action of ours that stands behind the gear of some view, by the action's id."""
    bound = env["ir.actions.actions"].search([("binding_model_id", "!=", False)])
    by_type = bound.grouped("type")
    names = {}
    for model, actions in by_type.items():
        names.update(env[model].browse(actions.ids).get_external_id())
    return {action: f"{xml_id}#gear" for action, xml_id in names.items() if is_ours(xml_id)}


def buttons(arch):
    """Return the marked buttons of a view as a user gets it."""
    found = []
    for node in etree.fromstring(arch).iter():
        mark = isinstance(node.tag, str) and node.get("data-press")
        if not mark:
            continue
        path, levels, hidden = [], [], []
        in_header = False
        for around in [node, *node.iterancestors()]:
            for attribute in ("invisible", "column_invisible"):
                if around.get(attribute):
                    hidden.append(around.get(attribute))
            in_header = in_header or around.tag == "header"
            if around.tag == "field":
                path.insert(0, around.get("name"))
                levels.insert(0, tuple(hidden[:-1] if around.get("invisible") else hidden))
                hidden = [around.get("invisible")] if around.get("invisible") else []
        levels.insert(0, tuple(hidden))
        name = node.get("name") or node.get("action")
        always = node.get("display") == "always"
        found.append(Button(mark, name, node.get("type"), tuple(path), tuple(levels), in_header, always))
    return found


def shows(button, record):
    """Return whether ``record``, as its user reads it, shows the button."""
    return _shows(record, button.path, button.hidden_by, None)


def _shows(record, path, levels, parent):
    # The levels below may ask for what stands here, as their parent's.
    values = _values(record, " ".join(chain(*levels)), parent)
    try:
        if any(safe_eval(expression, dict(values)) for expression in levels[0]):
            return False
    except (ValueError, NameError):
        return False
    if not path:
        return True
    return any(_shows(line, path[1:], levels[1:], values) for line in record[path[0]])


def _values(record, expressions, parent):
    names = set(re.findall(r"[a-z_]\w*", expressions)) & set(record._fields)
    values = {
        "uid": record.env.uid,
        "context": dict(record.env.context),
        "id": record.id,
        "parent": DotDict(parent or {}),
    }
    for name in names:
        field, value = record._fields[name], record[name]
        if field.type == "many2one":
            value = value.id
        elif field.relational:
            value = value.ids
        values[name] = value
    return values
