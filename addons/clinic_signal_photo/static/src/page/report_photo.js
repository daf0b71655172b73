// @odoo-module ignore

/** Photos beside a report: each goes to the clinic as soon as it is chosen, and is of no record before the report is. */
(function () {
    "use strict";

    const section = document.querySelector(".cs_photos");
    if (!section || !window.clinicReport) {
        return;
    }
    const { path, waits, words } = window.clinicReport;
    const { post } = window.clinicPages;
    const list = section.querySelector(".cs_photo_list");
    const adder = section.querySelector(".cs_photo_add");
    const box = section.querySelector(".cs_photo_error");
    // While other pictures are being read, in milliseconds.
    const AGAIN = 1000;
    const MOST_WAITS = 30;

    function say(text) {
        box.textContent = text || "";
        box.hidden = !text;
    }

    function number() {
        for (const [index, name] of [...list.querySelectorAll("span")].entries()) {
            name.textContent = section.dataset.added.replace("{number}", index + 1);
        }
        adder.hidden = list.children.length >= Number(section.dataset.most);
    }

    function show(uuid) {
        const row = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "cc_button";
        button.textContent = section.dataset.drop;
        button.addEventListener("click", async () => {
            await post(`${path}/photo/${uuid}/drop`).catch(() => say(words.offline));
            row.remove();
            number();
        });
        row.append(document.createElement("span"), button);
        list.append(row);
        number();
    }

    async function upload(file) {
        for (let tries = 0; tries < MOST_WAITS; tries++) {
            const response = await fetch(`${path}/photo?lang=${words.lang}`, {
                method: "POST",
                headers: { "Content-Type": "application/octet-stream" },
                body: file,
                cache: "no-store",
            });
            const answer = await response.json();
            if (!answer.busy) {
                return answer;
            }
            await new Promise((done) => setTimeout(done, AGAIN));
        }
        return { error: words.offline };
    }

    async function add(file) {
        const label = adder.querySelector("span");
        const text = label.textContent;
        label.textContent = section.dataset.busy;
        say("");
        try {
            const answer = await upload(file);
            if (answer.photo) {
                show(answer.photo);
            } else {
                say(answer.error || words.offline);
            }
        } catch {
            say(words.offline);
        }
        label.textContent = text;
    }

    const input = section.querySelector("input");
    input.addEventListener("change", () => {
        const [file] = input.files;
        input.value = "";
        if (file) {
            waits.push(add(file));
        }
    });
    for (const uuid of section.dataset.photos.split(" ").filter(Boolean)) {
        show(uuid);
    }
})();
