import json
import os
from pathlib import Path

# WCAG 2.2, levels A and AA; the best practices of axe-core are no part of it.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


class AxeMixin:
    """Has axe-core look at the page that a browser shows; ``make test`` names its file."""

    def assert_accessible(self, browser, page):
        """No rule of WCAG 2.2 A or AA that axe-core knows is broken on the page that ``browser`` shows.

        :param page: what a failure calls it
        """
        source = Path(os.environ["CLINIC_AXE"]).read_text(encoding="utf-8")
        browser._websocket_request("Runtime.evaluate", params={"expression": f"{source}; 0"}, timeout=20)
        code = f"axe.run(document, {{runOnly: {json.dumps(RULES)}}}).then(found => JSON.stringify(found.violations))"
        params = {"expression": code, "awaitPromise": True}
        answer = browser._websocket_request("Runtime.evaluate", params=params, timeout=60)
        self.assertEqual(answer["result"].get("type"), "string", (page, answer))
        broken = [
            (rule["id"], node["html"][:200], node.get("failureSummary"))
            for rule in json.loads(answer["result"]["value"])
            for node in rule["nodes"]
        ]
        self.assertFalse(broken, page)
