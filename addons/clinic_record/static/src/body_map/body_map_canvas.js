import { Component, onWillUpdateProps, useExternalListener, useRef, useState } from "@odoo/owl";
import { VIEWS, viewOf, WIDTH } from "./body_map_views";
import { Zoom } from "./body_map_zoom";

/** How far, in pixels, a finger may slip and still tap. */
const SLIP = 6;

/**
 * A drawing of face or body with pins. Taps, drags, pinches and keys become `onPlace`, `onOpen`, `onMove`.
 *
 * A pin is `{ id, x, y, kind, text, title }`; x and y from 0 to 1. Without callbacks the drawing is only looked at.
 */
export class BodyMapCanvas extends Component {
    static template = "clinic_record.BodyMapCanvas";
    static props = {
        view: { type: String, validate: (key) => VIEWS.some((view) => view.key === key) },
        pins: Array,
        pastPins: { type: Array, optional: true },
        selectedId: { optional: true },
        readonly: { type: Boolean, optional: true },
        onPlace: { type: Function, optional: true },
        onOpen: { type: Function, optional: true },
        onMove: { type: Function, optional: true },
    };
    static defaultProps = { pastPins: [], readonly: true };

    setup() {
        this.svg = useRef("svg");
        this.zoom = useState(new Zoom(viewOf(this.props.view).height));
        this.state = useState({ dragged: null });
        this.pointers = new Map();
        onWillUpdateProps(({ view }) => {
            if (view !== this.props.view) {
                this.zoom.reset(viewOf(view).height);
            }
        });
        useExternalListener(window, "pointermove", (ev) => this.onPointerMove(ev));
        useExternalListener(window, "pointerup", (ev) => this.onPointerUp(ev));
        useExternalListener(window, "pointercancel", (ev) => this.onPointerCancel(ev));
    }

    get drawing() {
        return `clinic_record.drawing_${this.props.view}`;
    }

    get height() {
        return viewOf(this.props.view).height;
    }

    get rect() {
        return this.svg.el.getBoundingClientRect();
    }

    /** Return where `pin` stands and how large it is: the same on the screen, however large the drawing. */
    transform(pin) {
        const { x, y } = this.state.dragged?.id === pin.id ? this.state.dragged : pin;
        return `translate(${x * WIDTH} ${y * this.height}) scale(${1 / Math.sqrt(this.zoom.scale)})`;
    }

    // -- pointers -----------------------------------------------------------------------------------------------------

    onPointerDown(ev) {
        if (ev.button) {
            return;
        }
        this.pointers.set(ev.pointerId, { clientX: ev.clientX, clientY: ev.clientY });
        if (this.pointers.size > 1) {
            this.gesture = null;
            this.state.dragged = null;
            this.spread = this.measureSpread();
            return;
        }
        const pin = ev.target.closest("[data-pin]");
        const { clientX, clientY } = ev;
        this.gesture = { id: pin?.dataset.pin, el: pin, clientX, clientY, moved: false };
    }

    onPointerMove(ev) {
        const before = this.pointers.get(ev.pointerId);
        if (!before) {
            return;
        }
        this.pointers.set(ev.pointerId, { clientX: ev.clientX, clientY: ev.clientY });
        if (this.pointers.size > 1) {
            return this.pinch();
        }
        const { gesture } = this;
        if (!gesture) {
            return;
        }
        const distance = Math.hypot(ev.clientX - gesture.clientX, ev.clientY - gesture.clientY);
        gesture.moved = gesture.moved || distance > SLIP;
        if (!gesture.moved) {
            return;
        }
        if (gesture.id && !this.props.readonly) {
            this.state.dragged = { id: gesture.id, ...this.zoom.place(ev, this.rect) };
        } else {
            this.zoom.pan(ev.clientX - before.clientX, ev.clientY - before.clientY, this.rect);
        }
    }

    onPointerUp(ev) {
        if (!this.pointers.delete(ev.pointerId) || !this.gesture) {
            return;
        }
        const { id, el, moved } = this.gesture;
        const { dragged } = this.state;
        this.gesture = null;
        this.state.dragged = null;
        if (dragged) {
            this.props.onMove?.(dragged.id, dragged.x, dragged.y);
        } else if (!moved && id) {
            this.props.onOpen?.(id, el);
        } else if (!moved && !this.props.readonly) {
            const { x, y } = this.zoom.place(ev, this.rect);
            this.props.onPlace?.(x, y);
        }
    }

    onPointerCancel(ev) {
        this.pointers.delete(ev.pointerId);
        this.gesture = null;
        this.state.dragged = null;
    }

    // -- zoom ---------------------------------------------------------------------------------------------------------

    /** Return how far the two fingers are apart, and the middle between them. */
    measureSpread() {
        const [one, two] = [...this.pointers.values()];
        return {
            distance: Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY) || 1,
            clientX: (one.clientX + two.clientX) / 2,
            clientY: (one.clientY + two.clientY) / 2,
        };
    }

    pinch() {
        const spread = this.measureSpread();
        this.zoom.by(spread.distance / this.spread.distance, this.zoom.place(spread, this.rect));
        this.zoom.pan(spread.clientX - this.spread.clientX, spread.clientY - this.spread.clientY, this.rect);
        this.spread = spread;
    }

    onWheel(ev) {
        // Without the key the wheel scrolls the page, as everywhere.
        if (ev.ctrlKey) {
            ev.preventDefault();
            this.zoom.by(Math.exp(-ev.deltaY / 200), this.zoom.place(ev, this.rect));
        }
    }
}
