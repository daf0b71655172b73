from collections import Counter, defaultdict

from odoo import api, models

# More points than that say no more in a line of a few centimetres.
SCORES_SHOWN = 24
RESPONSES = ("cleared", "better", "same", "worse")


class ClinicPatientCard(models.AbstractModel):
    _inherit = "clinic.patient.card"

    @api.model
    def _load_problems(self, patient, courses):
        """Return the problems, those that need care first, each with the course of its scores, from ``courses``."""
        paths = {
            "id": "id",
            "name": "kind_id.name",
            "state": "state",
            "onset": "onset",
            "resolved_on": "resolved_on",
            "description": "description",
        }
        problems = self._rows("clinic.problem", [("patient_id", "=", patient.id)], paths, order="onset DESC, id")
        states = self._labels("clinic.problem", "state")
        problems.sort(key=lambda problem: list(states).index(problem["state"]))
        return [
            {**problem, "state_label": states[problem["state"]], "courses": courses[problem["id"]]}
            for problem in problems
        ]

    @api.model
    def _load_scores(self, patient):
        """Return {problem id, or None: [{"instrument", "points"}]}, the points by date."""
        paths = {
            "problem_id": "problem_id",
            "instrument": "instrument",
            "value": "value",
            "band": "band",
            "date": "date",
        }
        instruments, bands = self._labels("clinic.score", "instrument"), self._labels("clinic.score", "band")
        courses = defaultdict(dict)
        for row in self._rows("clinic.score", [("patient_id", "=", patient.id)], paths, order="date, id"):
            course = courses[row.pop("problem_id")].setdefault(row["instrument"], [])
            course.append({"value": row["value"], "date": row["date"], "band": bands.get(row["band"])})
        return defaultdict(
            list,
            {
                problem_id: [
                    {"instrument": instruments[name], "points": points[-SCORES_SHOWN:]}
                    for name, points in by_instrument.items()
                ]
                for problem_id, by_instrument in courses.items()
            },
        )

    @api.model
    def _load_outcomes(self, patient):
        """Return what each treatment has done so far: how often, with which responses and reactions."""
        outcomes = {
            treatment.id: {
                "treatment_id": treatment.id,
                "treatment": treatment.name,
                "count": count,
                "last": self._to_json(last),
                "responses": [],
                "reactions": 0,
            }
            for treatment, count, last in self._done_by_treatment(patient)
        }
        self._add_responses(patient, outcomes)
        self._add_reactions(patient, outcomes)
        return sorted(outcomes.values(), key=lambda outcome: outcome["last"], reverse=True)

    @api.model
    def _done_by_treatment(self, patient):
        # All branches' work on a patient whose record the user may open.
        procedures = self.env["clinic.procedure"].sudo()
        domain = [("patient_id", "=", patient.id), ("state", "=", "done")]
        return procedures._read_group(domain, ["treatment_id"], ["__count", "start:max"])

    @api.model
    def _add_responses(self, patient, outcomes):
        paths = {
            "treatment_id": "procedure_id.treatment_id",
            "problem": "problem_id.kind_id.name",
            "response": "response",
        }
        domain = [("patient_id", "=", patient.id), ("procedure_id", "!=", False)]
        counts = Counter(
            (row["treatment_id"], row["problem"], row["response"])
            for row in self._rows("clinic.problem.response", domain, paths)
        )
        words = self._labels("clinic.problem.response", "response")
        for (treatment_id, problem, response), count in sorted(
            counts.items(), key=lambda item: (item[0][1] or "", RESPONSES.index(item[0][2]))
        ):
            if treatment_id in outcomes:
                outcomes[treatment_id]["responses"].append(
                    {
                        "problem": problem or self.env._("Overall"),
                        "response": response,
                        "label": words[response],
                        "count": count,
                    }
                )

    @api.model
    def _add_reactions(self, patient, outcomes):
        domain = [("patient_id", "=", patient.id), ("procedure_id", "!=", False)]
        for row in self._rows("clinic.reaction", domain, {"treatment_id": "procedure_id.treatment_id"}):
            if row["treatment_id"] in outcomes:
                outcomes[row["treatment_id"]]["reactions"] += 1

    @api.model
    def _prepare_choices(self, patient, problems):
        """Return what the history can be filtered by."""
        # As above.
        pins = self.env["clinic.body.pin"].sudo()
        areas = pins._read_group([("patient_id", "=", patient.id), ("area_id", "!=", False)], ["area_id"])
        return {
            "area_id": [{"id": area.id, "name": area.name} for (area,) in areas],
            "problem_id": [{"id": problem["id"], "name": problem["name"]} for problem in problems],
        }
