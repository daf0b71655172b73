import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { dateText } from "./patient_card_format";

const WIDTH = 96;
const HEIGHT = 28;
const MARGIN = 3;

/** Where the points of a course stand in a line of WIDTH by HEIGHT, and whether it went down. */
export function lineOf(points) {
    const values = points.map((point) => point.value);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const spread = most - least || 1;
    const step = points.length > 1 ? (WIDTH - 2 * MARGIN) / (points.length - 1) : 0;
    return values.map((value, index) => ({
        x: MARGIN + index * step,
        y: HEIGHT - MARGIN - ((value - least) / spread) * (HEIGHT - 2 * MARGIN),
    }));
}

/** The patient's skin problems, those that need care first, each with the course of its scores. */
export class PatientCardProblems extends Component {
    static template = "clinic_record.PatientCardProblems";
    static props = { card: Object, filters: Object, onFilter: Function, onOpen: Function, onAdd: Function, "*": true };

    setup() {
        this.dateText = dateText;
        this.size = { width: WIDTH, height: HEIGHT };
        this.newProblem = _t("New Problem");
    }

    get problems() {
        return this.props.card.problems.map((problem) => ({
            ...problem,
            courses: problem.courses.map((course) => this.prepareCourse(course)),
        }));
    }

    /** The courses of scores that were given for no problem of the patient's in particular. */
    get scores() {
        return (this.props.card.scores || []).map((course) => this.prepareCourse(course));
    }

    prepareCourse({ instrument, points }) {
        const line = lineOf(points);
        const [first, last] = [points[0], points.at(-1)];
        return {
            // The words behind the name are for the form.
            instrument: instrument.split(" – ")[0],
            first,
            last,
            hasCourse: points.length > 1,
            path: line.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "),
            end: line.at(-1),
            label: points.map((point) => `${dateText(point.date)}: ${point.value}`).join("\n"),
        };
    }
}
