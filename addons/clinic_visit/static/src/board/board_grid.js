import { Component, onPatched, useEffect, useRef } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { BoardColumn } from "./board_column";
import { useCardDrag } from "./board_drag";
import { onward } from "./board_format";
import { keepInDay, minutesOf, momentOf, snap } from "./board_layout";
import { BoardNowLine } from "./board_now_line";

/** Columns and time. All pointers and keys are handled here, once for all cards. */
export class BoardGrid extends Component {
    static template = "clinic_visit.BoardGrid";
    static components = { BoardColumn, BoardNowLine, Dropdown, DropdownItem };
    static props = {
        board: Object,
        focus: Object,
        isFiltered: Boolean,
        onCard: Function,
        onStep: Function,
        onKeyStep: Function,
        onHold: Function,
        onRelease: Function,
        onMove: Function,
        onBook: Function,
        onBlock: Function,
        onFilter: Function,
        onPickDay: Function,
    };

    setup() {
        this.scrollRef = useRef("scroll");
        this.bodyRef = useRef("body");
        this.ghostRef = useRef("ghost");
        useCardDrag(this);
        onPatched(() => this.restoreFocus());
        // Another day begins where that day's work does; the same day again stays where it was.
        useEffect(
            () => this.scrollToStart(),
            () => [this.board.days[0].iso, this.board.days.length],
        );
    }

    get board() {
        return this.props.board;
    }

    headTitle({ name }) {
        return [name, this.props.isFiltered ? _t("Show all") : _t("Show only this one")].join(" · ");
    }

    /** Where the columns of each day begin, for the line above them. */
    get dayHeads() {
        const { columns, days } = this.board;
        return days.map((day) => {
            const first = columns.findIndex((column) => column.day === day);
            return { ...day, first: first + 2, count: columns.filter((column) => column.day === day).length };
        });
    }

    get style() {
        return `--columns: ${this.board.columns.length}; --minutes: ${this.board.axis.stop - this.board.axis.start}`;
    }

    get todayColumns() {
        const indexes = this.board.columns.flatMap((column, index) => (column.day.isToday ? [index] : []));
        return indexes.length ? { first: indexes[0] + 1, last: indexes.at(-1) + 2 } : null;
    }

    // -- geometry ----------------------------------------------------------------------------------------------------

    /** Pixels a minute takes. */
    get scale() {
        return this.bodyRef.el.offsetHeight / (this.board.axis.stop - this.board.axis.start);
    }

    columnElements() {
        return [...this.scrollRef.el.querySelectorAll(".o_clinic_board_column")];
    }

    columnOf(el) {
        const { column: key } = el.closest(".o_clinic_board_column").dataset;
        return this.board.columns.find((column) => column.key === key);
    }

    cardOf(el) {
        return this.board.cards.get(Number(el.dataset.id));
    }

    cardElement(id) {
        return this.scrollRef.el.querySelector(`.o_clinic_board_card[data-id="${id}"]`);
    }

    minutesAt(y) {
        return this.board.axis.start + (y - this.bodyRef.el.getBoundingClientRect().top) / this.scale;
    }

    scrollToStart() {
        const { axis, columns, days } = this.board;
        const today = days.find((day) => day.isToday);
        const starts = columns.flatMap((column) => [...column.open, ...column.items]).map((range) => range.start);
        const minutes = today ? minutesOf(luxon.DateTime.now(), today.date) - 60 : Math.min(...starts, axis.stop);
        this.scrollRef.el.scrollTop = Math.max(0, minutes - axis.start) * this.scale;
    }

    /** Bring a column into view, where there are more than the screen can hold. */
    scrollToColumn(index) {
        this.columnElements()[index].scrollIntoView({ block: "nearest", inline: "start", behavior: "smooth" });
    }

    // -- moves -------------------------------------------------------------------------------------------------------

    /** Ask for `card` to be moved to `target` ({column, start, length} in minutes), if that is elsewhere. */
    move(card, { column, start, length }) {
        const from = momentOf(column.day.date, start);
        const to = from.plus({ minutes: length });
        const isSame = column.id === card[`${this.board.group}_id`] && +from === +card.start && +to === +card.stop;
        if (!isSame) {
            this.props.focus.id = card.id;
            this.props.onMove(card, { start: from, stop: to, resource: column });
        }
    }

    // -- clicks ------------------------------------------------------------------------------------------------------

    onClick(ev) {
        const cardEl = ev.target.closest(".o_clinic_board_card");
        if (cardEl) {
            const card = this.cardOf(cardEl);
            const { step } = ev.target.closest("[data-step]")?.dataset || {};
            return step ? this.props.onStep(step, card) : this.props.onCard(card, cardEl);
        }
        const blockEl = ev.target.closest(".o_clinic_board_block");
        if (blockEl) {
            const { block } = blockEl.dataset;
            return block && this.props.onBlock(Number(block));
        }
        if (ev.target.closest(".o_clinic_board_column") && this.board.can_book) {
            this.book(this.columnOf(ev.target), this.minutesAt(ev.clientY));
        }
    }

    book(column, minutes) {
        const start = snap(minutes, this.board.slot_step, Math.floor);
        this.props.onBook({ start: momentOf(column.day.date, start), resource: column });
    }

    // -- keys --------------------------------------------------------------------------------------------------------

    onKeydown(ev) {
        const cardEl = ev.target.closest(".o_clinic_board_card");
        const action = cardEl && ev.target === cardEl && this.keys[getActiveHotkey(ev)];
        if (action) {
            ev.preventDefault();
            ev.stopPropagation();
            action(cardEl);
        }
    }

    get keys() {
        const step = this.board.slot_step;
        const right = onward();
        return {
            enter: (el) => this.props.onCard(this.cardOf(el), el),
            space: (el) => this.props.onCard(this.cardOf(el), el),
            n: (el) => this.book(this.columnOf(el), minutesOf(this.cardOf(el).stop, this.columnOf(el).day.date)),
            m: (el) => this.props.onKeyStep("move", this.cardOf(el)),
            r: (el) => this.props.onKeyStep("rebook", this.cardOf(el)),
            arrowdown: (el) => this.focusNext(el, 1),
            arrowup: (el) => this.focusNext(el, -1),
            arrowleft: (el) => this.focusBeside(el, -right),
            arrowright: (el) => this.focusBeside(el, right),
            "alt+arrowdown": (el) => this.nudge(el, { minutes: step }),
            "alt+arrowup": (el) => this.nudge(el, { minutes: -step }),
            "alt+arrowleft": (el) => this.nudge(el, { columns: -right }),
            "alt+arrowright": (el) => this.nudge(el, { columns: right }),
            "alt+shift+arrowdown": (el) => this.nudge(el, { length: step }),
            "alt+shift+arrowup": (el) => this.nudge(el, { length: -step }),
        };
    }

    focusNext(el, direction) {
        const cards = [...el.closest(".o_clinic_board_column").querySelectorAll(".o_clinic_board_card")];
        this.focus(cards[cards.indexOf(el) + direction]);
    }

    /** Focus the card nearest in time in the next column that has one. */
    focusBeside(el, direction) {
        const columns = this.columnElements();
        const { top } = el.getBoundingClientRect();
        const distance = (other) => Math.abs(other.getBoundingClientRect().top - top);
        let index = columns.indexOf(el.closest(".o_clinic_board_column")) + direction;
        while (columns[index]) {
            const cards = [...columns[index].querySelectorAll(".o_clinic_board_card")];
            if (cards.length) {
                return this.focus(cards.reduce((best, other) => (distance(other) < distance(best) ? other : best)));
            }
            index += direction;
        }
    }

    focus(el) {
        el?.focus();
        el?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    nudge(el, { minutes = 0, columns = 0, length = 0 }) {
        const card = this.cardOf(el);
        const index = this.board.columns.indexOf(this.columnOf(el));
        const column = this.board.columns[index + columns];
        if (!column || !card.editable) {
            return;
        }
        const wanted = card.stop.diff(card.start, "minutes").minutes + length;
        if (wanted >= this.board.slot_step) {
            const start = minutesOf(card.start, this.board.columns[index].day.date) + minutes;
            this.move(card, { column, start: keepInDay(start, wanted), length: wanted });
        }
    }

    /** A card that was moved is redrawn, maybe in another column: the keyboard stays on it. */
    restoreFocus() {
        const { focus } = this.props;
        const el = focus.id && this.cardElement(focus.id);
        if (el && !el.classList.contains("o_clinic_board_moving")) {
            focus.id = null;
        }
        if (el && document.activeElement !== el) {
            this.focus(el);
        }
    }
}
