import { registerTemplateProcessor } from "@web/core/templates";

// Every element of a template that answers a click carries a mark, "template#number", by which the test knows what it
// has pressed. clinic_suite/tests/press_plan.py counts the same elements in the same order.
registerTemplateProcessor((doc) => {
    const root = doc.documentElement;
    const name = root.getAttribute("t-name") || root.getAttribute("t-inherit");
    if (!name?.startsWith("clinic")) {
        return;
    }
    let number = 0;
    for (const element of root.querySelectorAll("*")) {
        const answers =
            element.tagName === "button" ||
            [...element.attributes].some((attribute) => /^(t-on-click(\..*)?|onSelected)$/.test(attribute.name));
        if (!answers) {
            continue;
        }
        number++;
        if (!element.hasAttribute("onSelected")) {
            element.setAttribute("data-press", `${name}#${number}`);
        } else if (!element.hasAttribute("attrs")) {
            element.setAttribute("attrs", `{ "data-press": "${name}#${number}" }`);
        }
    }
});
