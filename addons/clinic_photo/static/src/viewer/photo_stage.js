import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { IDENTITY, apply, compose, css, fit, invert, zoomAt } from "./geometry";
import { PhotoImage } from "./photo_image";

/**
 * A stage with one photo, or several over each other, that zooms and pans by wheel, fingers and mouse. All stages share
 * one view, whose scale is of the whole stage and whose shift is a share of its size.
 */
export class PhotoStage extends Component {
    static template = "clinic_photo.PhotoStage";
    static components = { PhotoImage };
    static props = {
        // [{photo, opacity, clip, alignment}]; the first one gives the measure
        layers: Array,
        view: Array,
        onView: Function,
        onTap: { type: Function, optional: true },
        brightness: Number,
        grid: Boolean,
        // [{number, x, y}] in shares of the first layer's width
        points: { type: Array, optional: true },
        marks: { type: Array, optional: true },
        slots: { type: Object, optional: true },
    };

    setup() {
        this.stage = useRef("stage");
        this.size = useState({ width: 0, height: 0 });
        this.fingers = new Map();
        const measure = () => {
            const { clientWidth: width, clientHeight: height } = this.stage.el;
            Object.assign(this.size, { width, height });
        };
        onMounted(() => {
            measure();
            this.observer = new ResizeObserver(measure);
            this.observer.observe(this.stage.el);
            this.stage.el.addEventListener("wheel", this.onWheel, { passive: false });
        });
        onWillUnmount(() => this.observer?.disconnect());
        this.onWheel = (ev) => {
            ev.preventDefault();
            const [x, y] = this.at(ev);
            this.zoom(Math.exp(-ev.deltaY / 400), x, y);
        };
    }

    /** The shared view in pixels of this stage. */
    get view() {
        const [a, b, e, f] = this.props.view;
        return [a, b, e * this.size.width, f * this.size.height];
    }

    setView([a, b, e, f]) {
        this.props.onView([a, b, e / this.size.width, f / this.size.height]);
    }

    get base() {
        return compose(this.view, fit(this.props.layers[0].photo, this.size.width, this.size.height));
    }

    styleOf(layer) {
        const own = fit(layer.photo, this.size.width, this.size.height);
        const matrix = layer.alignment ? compose(this.base, layer.alignment) : compose(this.view, own);
        // The picture is drawn one stage wide, so that it is sharp, and shrunk from there.
        const width = this.size.width || 1;
        const [a, b, e, f] = matrix;
        return `width: ${width}px; transform: ${css([a / width, b / width, e, f])}; filter: brightness(${this.props.brightness})`;
    }

    get isSharp() {
        return this.props.view[0] > 1.6;
    }

    wrapperStyle(layer) {
        const clip = layer.clip === undefined ? "" : `clip-path: inset(0 0 0 ${100 * layer.clip}%);`;
        return `${clip} opacity: ${layer.opacity ?? 1}`;
    }

    placeOf(point) {
        const [x, y] = apply(this.base, [point.x, point.y]);
        return `left: ${x}px; top: ${y}px`;
    }

    /** A mark's place: its y is a share of the photo's height. */
    markAt(x, y) {
        const { photo } = this.props.layers[0];
        return apply(this.base, [x, (y * photo.height) / photo.width]);
    }

    markStyle(mark) {
        const [x, y] = this.markAt(mark.x, mark.y);
        return `left: ${x}px; top: ${y}px`;
    }

    arrowOf(mark) {
        const [x1, y1] = this.markAt(mark.x, mark.y);
        const [x2, y2] = this.markAt(mark.to_x ?? mark.x, mark.to_y ?? mark.y);
        return { x1, y1, x2, y2 };
    }

    // -- moving -------------------------------------------------------------------------------------------------------

    at(ev) {
        const { left, top } = this.stage.el.getBoundingClientRect();
        return [ev.clientX - left, ev.clientY - top];
    }

    zoom(factor, x, y) {
        const next = zoomAt(this.view, factor, x, y);
        this.setView(next === IDENTITY ? IDENTITY : this.kept(next));
    }

    /** The photo does not leave its stage. */
    kept([a, b, e, f]) {
        const { width, height } = this.size;
        return [a, b, Math.min(0, Math.max(width * (1 - a), e)), Math.min(0, Math.max(height * (1 - a), f))];
    }

    onPointerDown(ev) {
        if (ev.target.closest(".o_clinic_no_pan")) {
            return;
        }
        this.stage.el.setPointerCapture(ev.pointerId);
        this.fingers.set(ev.pointerId, this.at(ev));
        this.moved = this.fingers.size > 1 ? Infinity : 0;
    }

    onPointerMove(ev) {
        const before = this.fingers.get(ev.pointerId);
        if (!before) {
            return;
        }
        const now = this.at(ev);
        const other = [...this.fingers].find(([id]) => id !== ev.pointerId)?.[1];
        this.fingers.set(ev.pointerId, now);
        if (other) {
            const distance = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
            this.zoom(distance(now) / (distance(before) || 1), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
            return;
        }
        const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
        this.moved += Math.hypot(dx, dy);
        const [a, b, e, f] = this.view;
        if (a > 1) {
            this.setView(this.kept([a, b, e + dx, f + dy]));
        }
    }

    onPointerUp(ev) {
        const point = this.fingers.get(ev.pointerId);
        this.fingers.delete(ev.pointerId);
        if (point && this.moved < 8 && this.props.onTap) {
            const [x, y] = apply(invert(this.base), this.at(ev));
            const { photo } = this.props.layers[0];
            const ratio = photo.height / photo.width;
            if (x >= 0 && x <= 1 && y >= 0 && y <= ratio) {
                this.props.onTap({ x, y, share: y / ratio });
            }
        }
    }

    onDoubleClick(ev) {
        const [x, y] = this.at(ev);
        this.zoom(this.props.view[0] > 1 ? 0 : 2.5, x, y);
    }
}
