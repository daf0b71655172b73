// @odoo-module ignore

/**
 * Booking on any other site, which the branch has to name in its settings:
 *
 * <script src="https://clinic.example/clinic_website/embed.js" data-branch="2"></script>
 *
 * It puts a button "Book now" where it stands (data-label for another text), which opens the pages above the site; with
 * data-mode="inline" the pages stand there themselves.
 */
(function () {
    "use strict";

    const script = document.currentScript;
    const clinic = new URL(script.src).origin;
    const branch = script.dataset.branch;
    if (!/^[0-9]{1,9}$/.test(branch || "")) {
        return;
    }
    const LEAST = 320;
    const MOST = 6000;

    function makeFrame() {
        const frame = document.createElement("iframe");
        frame.src = `${clinic}/book/${branch}?embed=1`;
        frame.title = script.dataset.label || "Book now";
        frame.style.cssText = "border:0;width:100%;display:block;min-height:320px;background:#fff";
        return frame;
    }

    function followHeight(frame, set) {
        addEventListener("message", (event) => {
            // From our own frame, of the clinic's site, and nothing but a number.
            if (event.origin !== clinic || event.source !== frame.contentWindow) {
                return;
            }
            const { type, height } = event.data || {};
            if (type === "clinic_book_height" && Number.isFinite(height)) {
                set(Math.min(Math.max(height, LEAST), MOST));
            }
        });
    }

    function standHere() {
        const frame = makeFrame();
        followHeight(frame, (height) => {
            frame.style.height = `${height}px`;
        });
        frame.addEventListener("load", () => {
            // Each step begins at its top, wherever the one before was left.
            if (frame.getBoundingClientRect().top < 0) {
                frame.scrollIntoView({ block: "start" });
            }
        });
        script.after(frame);
    }

    function openAbove() {
        const dialog = document.createElement("dialog");
        dialog.style.cssText =
            "padding:0;border:0;border-radius:12px;width:min(720px,100vw);max-width:100vw;height:min(860px,94vh)";
        const close = document.createElement("button");
        close.type = "button";
        close.textContent = "\u00d7";
        close.setAttribute("aria-label", script.dataset.close || "Close");
        close.style.cssText =
            "position:absolute;inset-block-start:6px;inset-inline-end:6px;width:44px;height:44px;border:0;" +
            "border-radius:22px;background:#fff;font-size:26px;line-height:1;cursor:pointer;color:#333";
        const frame = makeFrame();
        frame.style.height = "100%";
        dialog.append(frame, close);
        close.addEventListener("click", () => dialog.close());
        // What is kept there is freed as the pages leave.
        dialog.addEventListener("close", () => dialog.remove());
        document.body.append(dialog);
        dialog.showModal();
    }

    if (script.dataset.mode === "inline") {
        standHere();
    } else {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "clinic-book-now";
        button.textContent = script.dataset.label || "Book now";
        button.style.cssText =
            "font:inherit;min-height:44px;padding:0 24px;border:0;border-radius:22px;background:#5b4a7d;color:#fff;" +
            "cursor:pointer";
        button.addEventListener("click", openAbove);
        script.after(button);
    }
})();
