import doctest
from itertools import product
from random import Random

from odoo.tests import BaseCase, tagged

from .. import scores


def spelled_out(instrument, items):
    """Return PASI or EASI written out region by region, apart from the code under test."""
    region = {
        "pasi": lambda r: items[f"{r}_erythema"] + items[f"{r}_induration"] + items[f"{r}_scaling"],
        "easi": lambda r: (
            items[f"{r}_erythema"]
            + items[f"{r}_papulation"]
            + items[f"{r}_excoriation"]
            + items[f"{r}_lichenification"]
        ),
    }[instrument]
    head, lower = (0.2, 0.3) if items.get("under_8") else (0.1, 0.4)
    return (
        head * region("head") * items["head_area"]
        + 0.2 * region("upper") * items["upper_area"]
        + 0.3 * region("trunk") * items["trunk_area"]
        + lower * region("lower") * items["lower_area"]
    )


def answers(instrument, rng):
    """Return random answers to all items."""
    return {
        item.key: item.low + item.step * rng.randint(0, round((item.high - item.low) / item.step))
        for item in scores.ITEMS[instrument]
    }


@tagged("post_install", "-at_install")
class TestScores(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(scores).failed, 0)
        self.assertGreater(doctest.testmod(scores).attempted, 8)

    def test_pasi_and_easi_beside_the_formula_spelled_out(self):
        rng = Random(7)
        for instrument in ("pasi", "easi"):
            for _time in range(500):
                items = answers(instrument, rng)
                value, band = scores.evaluate(instrument, items)
                self.assertAlmostEqual(value, spelled_out(instrument, items), delta=0.0501, msg=items)
                self.assertEqual(band, scores.band(instrument, value))

    def test_whole_scales(self):
        for instrument, low, high in (("pasi", 0, 72), ("easi", 0, 72), ("dlqi", 0, 30), ("gais", 1, 5), ("iga", 0, 4)):
            least = {item.key: item.low for item in scores.ITEMS[instrument]}
            most = {item.key: item.high for item in scores.ITEMS[instrument]}
            self.assertEqual(scores.evaluate(instrument, least)[0], low, instrument)
            self.assertEqual(scores.evaluate(instrument, most)[0], high, instrument)

    def test_bands_at_their_edges(self):
        for instrument, table in {
            "pasi": {0: "clear", 0.1: "mild", 10: "mild", 10.1: "moderate_severe", 72: "moderate_severe"},
            "easi": {
                0: "clear",
                0.1: "almost_clear",
                1: "almost_clear",
                1.1: "mild",
                7: "mild",
                7.1: "moderate",
                21: "moderate",
                21.1: "severe",
                50: "severe",
                50.1: "very_severe",
            },
            "dlqi": {
                0: "no_effect",
                1: "no_effect",
                2: "small_effect",
                5: "small_effect",
                6: "moderate_effect",
                10: "moderate_effect",
                11: "very_large_effect",
                20: "very_large_effect",
                21: "extremely_large_effect",
                30: "extremely_large_effect",
            },
        }.items():
            for value, band in table.items():
                self.assertEqual(scores.band(instrument, value), band, (instrument, value))

    def test_each_item_counts_more_when_it_is_worse(self):
        rng = Random(11)
        for instrument, item in product(("pasi", "easi", "dlqi"), range(10)):
            items = answers(instrument, rng)
            asked = [asked for asked in scores.ITEMS[instrument] if asked.key != "under_8"][item]
            worse = {**items, asked.key: asked.high}
            better = {**items, asked.key: asked.low}
            self.assertGreaterEqual(
                scores.evaluate(instrument, worse)[0], scores.evaluate(instrument, better)[0], asked.key
            )

    def test_what_is_wrong_is_named(self):
        full = {item.key: item.low for item in scores.ITEMS["pasi"]}
        for items, expected in (
            ({}, {(f"{region}_area", "missing") for region in scores.REGIONS}),
            ({**full, "head_area": 7}, {("head_area", "range")}),
            ({**full, "head_area": -1}, {("head_area", "range")}),
            ({**full, "head_area": 1.5}, {("head_area", "step")}),
            ({**full, "head_area": True}, {("head_area", "range")}),
            ({**full, "head_area": "3"}, {("head_area", "range")}),
            ({**full, "head_area": float("nan")}, {("head_area", "range")}),
            ({**full, "tail_area": 1}, {("tail_area", "unknown")}),
            ({**full, "trunk_area": 2, "trunk_scaling": None}, {("trunk_scaling", "missing")}),
            ({**full, "trunk_area": 0, "trunk_scaling": None}, set()),
        ):
            flaws = {(flaw.key, flaw.reason) for flaw in scores.find_flaws("pasi", items)}
            self.assertTrue(flaws >= expected if not items else flaws == expected, (items, flaws))

    def test_one_answer_of_the_dlqi_may_be_missing(self):
        items = {item.key: 2 for item in scores.ITEMS["dlqi"]}
        del items["sport"]
        self.assertEqual(scores.evaluate("dlqi", items), (18, "very_large_effect"))
        del items["work"]
        with self.assertRaises(scores.ScoreError):
            scores.evaluate("dlqi", items)
