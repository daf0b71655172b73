import { makeDraggableHook } from "@web/core/utils/draggable_hook_builder_owl";
import { pick } from "@web/core/utils/objects";
import { rangeText } from "./board_format";
import { keepInDay, minutesOf, momentOf, snapFrom } from "./board_layout";

const CARD = ".o_clinic_board_card";
const DRAGGED = "o_clinic_board_dragged";
const PARAMS = { tolerance: 6, touchDelay: 300, edgeScrolling: { speed: 12, threshold: 40 } };

const handler = ({ ctx }) => pick(ctx.current, "element", "initialPosition");

/** Odoo's dragging, except that the card stays where it is: what follows the pointer is a shadow. */
const useDragging = makeDraggableHook({
    name: "useDragging",
    onComputeParams: ({ ctx }) => {
        ctx.followCursor = false;
    },
    onDragStart: handler,
    onDrag: handler,
    onDrop: handler,
    onDragEnd: handler,
});

/**
 * Let cards be dragged to other times and columns, and be pulled at their lower edge. A shadow shows where the card
 * would come to lie; nothing is redrawn until it is dropped.
 *
 * @param {import("./board_grid").BoardGrid} grid
 */
export function useCardDrag(grid) {
    const drag = new CardDrag(grid);
    const use = (params, isResize) =>
        useDragging({
            ref: grid.scrollRef,
            ...PARAMS,
            ...params,
            onDragStart: ({ element, initialPosition }) =>
                drag.begin(element.closest(CARD), grid.minutesAt(initialPosition.y), isResize),
            onDrag: ({ x, y }) => drag.follow(x, y),
            onDrop: () => drag.drop(),
            onDragEnd: () => drag.end(),
        });
    const ignore = ".o_clinic_board_card_step, .o_clinic_board_resize";
    use({ elements: `${CARD}.o_draggable`, ignore, cursor: "grabbing" }, false);
    use({ elements: ".o_clinic_board_resize", cursor: "ns-resize" }, true);
}

class CardDrag {
    constructor(grid) {
        this.grid = grid;
    }

    begin(el, minutes, isResize) {
        const { grid } = this;
        const card = grid.cardOf(el);
        const column = grid.columnOf(el);
        this.el = el;
        this.card = card;
        this.isResize = isResize;
        this.start = minutesOf(card.start, column.day.date);
        this.length = card.stop.diff(card.start, "minutes").minutes;
        this.grip = minutes - this.start;
        this.target = { column, start: this.start, length: this.length };
        this.scale = grid.scale;
        this.places = this.measurePlaces();
        el.classList.add(DRAGGED);
        grid.props.onHold();
    }

    /** The columns' edges, measured once: they do not change while a card is dragged, only scroll together. */
    measurePlaces() {
        const { left } = this.grid.bodyRef.el.getBoundingClientRect();
        return this.grid.columnElements().map((el, index) => {
            const rect = el.getBoundingClientRect();
            return { column: this.grid.board.columns[index], left: rect.left - left, width: rect.width };
        });
    }

    /** Runs at every frame: it measures once, and writes only what has changed. */
    follow(x, y) {
        const body = this.grid.bodyRef.el.getBoundingClientRect();
        const place = this.placeAt(x - body.left);
        const times = this.timesAt(this.grid.board.axis.start + (y - body.top) / this.scale);
        const { column, start, length } = this.target;
        if (this.isShown && place.column === column && times.start === start && times.length === length) {
            return;
        }
        this.target = { column: place.column, ...times };
        this.show(place);
    }

    /** The column at `offset` pixels from the left, or the last one; only the times change by pulling at the edge. */
    placeAt(offset) {
        const hit = this.places.find(({ left, width }) => offset >= left && offset < left + width);
        return (!this.isResize && hit) || this.places.find((place) => place.column === this.target.column);
    }

    timesAt(minutes) {
        const { slot_step: step } = this.grid.board;
        const { start, length } = this;
        if (this.isResize) {
            const stop = keepInDay(snapFrom(start + length, minutes, step), 0);
            return { start, length: Math.max(step, stop - start) };
        }
        return { start: keepInDay(snapFrom(start, minutes - this.grip, step), length), length };
    }

    show({ left, width }) {
        const { column, start, length } = this.target;
        const ghost = this.grid.ghostRef.el;
        const times = rangeText(momentOf(column.day.date, start), momentOf(column.day.date, start + length));
        this.isShown = true;
        ghost.hidden = false;
        ghost.style.transform = `translate(${left}px, ${(start - this.grid.board.axis.start) * this.scale}px)`;
        ghost.style.width = `${width}px`;
        ghost.style.height = `${length * this.scale}px`;
        ghost.textContent = `${times} ${this.card.patient}`;
    }

    drop() {
        this.grid.move(this.card, this.target);
    }

    end() {
        this.el.classList.remove(DRAGGED);
        this.grid.ghostRef.el.hidden = true;
        this.isShown = false;
        this.grid.props.onRelease();
    }
}
