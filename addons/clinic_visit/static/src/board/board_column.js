import { Component } from "@odoo/owl";
import { BoardCard } from "./board_card";

/** One resource on one day: its closed hours, its cards and what surrounds them. */
export class BoardColumn extends Component {
    static template = "clinic_visit.BoardColumn";
    static components = { BoardCard };
    static props = { column: Object, index: Number, board: Object };

    placed({ start, stop }) {
        return `--start: ${start - this.props.board.axis.start}; --length: ${stop - start}`;
    }
}
