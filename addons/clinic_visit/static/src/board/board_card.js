import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { rangeText, shortTimeText } from "./board_format";
import { STATUSES, stepsOf } from "./board_steps";

/** One procedure in its column. Clicks, drags and keys are the grid's: the card has no listener of its own. */
export class BoardCard extends Component {
    static template = "clinic_visit.BoardCard";
    static props = { item: Object, top: Number, board: Object, column: Object };

    get card() {
        return this.props.item.card;
    }

    get status() {
        return STATUSES[this.card.status];
    }

    get step() {
        return stepsOf(this.card, this.props.board).primary;
    }

    /** What the column does not say: where in a practitioner's column, who in the others. */
    get detail() {
        const { group } = this.props.board;
        return [this.status.label, group === "practitioner" ? this.card.room : this.card.practitioner]
            .filter(Boolean)
            .join(" · ");
    }

    get time() {
        return shortTimeText(this.card.start);
    }

    get style() {
        const { start, stop, lane, lanes } = this.props.item;
        return [
            `--start: ${start - this.props.top}`,
            `--length: ${stop - start}`,
            `--lane: ${lane}`,
            `--lanes: ${lanes}`,
        ].join("; ");
    }

    get className() {
        const { card } = this;
        return {
            [`o_clinic_board_${card.status}`]: true,
            o_draggable: card.editable,
            o_clinic_board_moving: card.moving,
        };
    }

    /** Beside other days a card is narrow: what it cannot hold is there on hover. */
    get title() {
        const { card } = this;
        const { days } = this.props.board;
        return days.length > 1 ? [`${this.time} ${card.patient}`, card.treatment, this.detail].join("\n") : undefined;
    }

    /** Whatever can be seen on the card, in words. */
    get label() {
        const { card } = this;
        const parts = [
            rangeText(card.start, card.stop),
            card.patient,
            card.treatment,
            this.status.label,
            ...card.flags.map((flag) => flag.label),
            card.practitioner,
            card.room,
            card.device,
        ];
        return parts.filter(Boolean).join(_t(", "));
    }
}
