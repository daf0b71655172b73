// @odoo-module ignore
/* global SignaturePad */

/** The canvas of a signature on the pages for patients. */
(function () {
    "use strict";

    const round = (number) => Math.round(number * 10) / 10;

    /** A canvas to draw on: its strokes are what is sent. */
    window.clinicPad = class Pad {
        constructor(section) {
            this.section = section;
            this.canvas = section.querySelector("canvas");
            this.pad = new SignaturePad(this.canvas, { minWidth: 1, maxWidth: 3, penColor: "#111" });
            section.querySelector(".cc_clear").addEventListener("click", () => this.pad.clear());
            this.resize();
            // A tablet that is turned has another canvas; what was drawn on it is drawn again in its place.
            new ResizeObserver(() => this.resize()).observe(this.canvas);
        }

        resize() {
            const ratio = Math.max(window.devicePixelRatio || 1, 1);
            const { offsetWidth: width, offsetHeight: height } = this.canvas;
            if (!width || (this.width === width && this.height === height)) {
                return;
            }
            const drawn = this.toDraft();
            [this.width, this.height] = [width, height];
            this.canvas.width = width * ratio;
            this.canvas.height = height * ratio;
            this.canvas.getContext("2d").scale(ratio, ratio);
            this.fromDraft(drawn);
        }

        /** What is drawn, and on a canvas of which size. */
        toDraft() {
            return { width: this.width, height: this.height, strokes: this.pad.toData() };
        }

        /** Draw what was drawn on a canvas of another size. */
        fromDraft({ width, height, strokes }) {
            const factor = width ? Math.min(this.width / width, this.height / height) : 1;
            for (const point of strokes.flatMap((stroke) => stroke.points)) {
                point.x *= factor;
                point.y *= factor;
            }
            this.pad.clear();
            this.pad.fromData(strokes);
        }

        /** Call `back` after each stroke, and when the canvas is cleared. */
        onDrawn(back) {
            this.pad.addEventListener("endStroke", back);
            this.section.querySelector(".cc_clear").addEventListener("click", back);
        }

        get isEmpty() {
            return this.pad.toData().flatMap((stroke) => stroke.points).length < 6;
        }

        get drawing() {
            const strokes = this.pad
                .toData()
                .map(({ points }) => points.map(({ x, y, time }) => [round(x), round(y), time]));
            return { width: this.width, height: this.height, strokes };
        }
    };
})();
