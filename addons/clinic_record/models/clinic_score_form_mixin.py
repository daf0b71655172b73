from odoo import api, fields, models

from ..scores import DLQI_TOPICS, EASI_SIGNS, ITEMS, PASI_SIGNS, REGIONS


class ClinicScoreFormMixin(models.AbstractModel):
    """How the items of a score are asked: a table of rows and columns, in the user's words."""

    _name = "clinic.score.form.mixin"
    _description = "Items of a Score"

    instrument = fields.Selection(
        [
            ("pasi", "PASI – psoriasis"),
            ("easi", "EASI – atopic dermatitis"),
            ("dlqi", "DLQI – quality of life"),
            ("gais", "GAIS – aesthetic improvement"),
            ("iga", "IGA – investigator's global assessment"),
        ],
        required=True,
    )
    layout = fields.Json(compute="_compute_layout", help="The table in which the items are asked.")

    @api.depends("instrument")
    def _compute_layout(self):
        for score in self:
            score.layout = score._prepare_layout() if score.instrument else False

    def _prepare_layout(self):
        """Return {"columns", "rows", "help"}: a row has a label and cells; a cell a key and its options or range."""
        return getattr(self, f"_layout_{self.instrument}")()

    def _layout_pasi(self):
        return self._layout_regional("pasi", PASI_SIGNS)

    def _layout_easi(self):
        layout = self._layout_regional("easi", EASI_SIGNS)
        layout["switches"] = [{"key": "under_8", "label": self.env._("Younger than 8 years")}]
        return layout

    def _layout_regional(self, instrument, signs):
        known = {item.key: item for item in ITEMS[instrument]}
        labels = self._item_labels()
        columns = [*signs, "area"]
        rows = [
            {
                "label": labels[region],
                "cells": [self._prepare_cell(known[f"{region}_{column}"]) for column in columns],
            }
            for region in REGIONS
        ]
        return {"columns": [labels[column] for column in columns], "rows": rows, "help": self._area_help()}

    def _prepare_cell(self, item):
        """Return the cell of ``item``: its options are the numbers."""
        numbers = [item.low + item.step * step for step in range(round((item.high - item.low) / item.step) + 1)]
        return {"key": item.key, "options": [[number, f"{number:g}"] for number in numbers]}

    def _layout_dlqi(self):
        labels = self._item_labels()
        answers = [
            [0, self.env._("Not at all")],
            [1, self.env._("A little")],
            [2, self.env._("A lot")],
            [3, self.env._("Very much")],
        ]
        rows = [{"label": labels[topic], "cells": [{"key": topic, "options": answers}]} for topic in DLQI_TOPICS]
        return {"rows": rows, "help": self.env._("In the last week. What does not apply counts as “Not at all”.")}

    def _layout_gais(self):
        return self._layout_grade(
            [
                [1, self.env._("Very much improved")],
                [2, self.env._("Much improved")],
                [3, self.env._("Improved")],
                [4, self.env._("No change")],
                [5, self.env._("Worse")],
            ]
        )

    def _layout_iga(self):
        return self._layout_grade(
            [
                [0, self.env._("Clear")],
                [1, self.env._("Almost clear")],
                [2, self.env._("Mild")],
                [3, self.env._("Moderate")],
                [4, self.env._("Severe")],
            ]
        )

    def _layout_grade(self, options):
        return {"rows": [{"label": self._item_labels()["grade"], "cells": [{"key": "grade", "options": options}]}]}

    @api.model
    def _area_help(self):
        return self.env._(
            "Area, the share of the region that is affected: 0 none, 1 up to 9 %, 2 10–29 %, 3 30–49 %, 4 50–69 %, "
            "5 70–89 %, 6 90–100 %. An unaffected region needs no more answers."
        )

    @api.model
    def _item_labels(self):
        """Return what the parts of the items' keys are called."""
        return {
            "head": self.env._("Head and neck"),
            "upper": self.env._("Upper limbs"),
            "trunk": self.env._("Trunk"),
            "lower": self.env._("Lower limbs"),
            "erythema": self.env._("Erythema"),
            "induration": self.env._("Induration"),
            "scaling": self.env._("Scaling"),
            "papulation": self.env._("Oedema, papulation"),
            "excoriation": self.env._("Excoriation"),
            "lichenification": self.env._("Lichenification"),
            "area": self.env._("Area"),
            "under_8": self.env._("Younger than 8 years"),
            "grade": self.env._("Grade"),
            "symptoms": self.env._("Itch, soreness, pain"),
            "embarrassment": self.env._("Embarrassment"),
            "errands": self.env._("Shopping, house, garden"),
            "clothes": self.env._("Choice of clothes"),
            "social": self.env._("Social life, leisure"),
            "sport": self.env._("Sport"),
            "work": self.env._("Work or study"),
            "relations": self.env._("Partner, friends, family"),
            "intimacy": self.env._("Intimacy"),
            "treatment": self.env._("Trouble with the treatment"),
        }

    @api.model
    def _item_label(self, key):
        """Return what the item ``key`` is called, e.g. “Trunk, Area”."""
        labels = self._item_labels()
        region, _separator, sign = key.partition("_")
        if key in labels or region not in labels or sign not in labels:
            return labels.get(key, key)
        return f"{labels[region]}, {labels[sign]}"

    def _flaws_text(self, flaws):
        """Return in words what is wrong with the items."""
        texts = {
            "missing": lambda flaw: self.env._("%s is missing.", self._item_label(flaw.key)),
            "unknown": lambda flaw: self.env._("“%s” is not asked by this score.", flaw.key),
        }
        return "\n".join(texts.get(flaw.reason, self._range_text)(flaw) for flaw in flaws)

    def _range_text(self, flaw):
        return self.env._(
            "%(item)s must be from %(low)g to %(high)g in steps of %(step)g.",
            item=self._item_label(flaw.key),
            low=flaw.item.low,
            high=flaw.item.high,
            step=flaw.item.step,
        )
