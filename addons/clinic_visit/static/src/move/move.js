import { Component, onWillStart, useState } from "@odoo/owl";
import { DateTimePicker } from "@web/core/datetime/datetime_picker";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { groupBy } from "@web/core/utils/arrays";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { momentText } from "../board/board_format";
import { moveVisit } from "./move_visit";

const { DateTime } = luxon;

/** The free times to which a visit can be moved: some that may suit, or all of a day; a tap takes one. */
export class VisitMove extends Component {
    static template = "clinic_visit.VisitMove";
    static components = { DateTimePicker };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notice = useService("clinic_notice");
        this.keepLast = new KeepLast();
        this.state = useState({ visit: null, day: null, isBusy: false });
        onWillStart(() => this.load(null));
    }

    get visitId() {
        const { params, context } = this.props.action;
        return params?.visit_id || context.active_id;
    }

    async load(day) {
        const { block } = this.props.action.params || {};
        const request = this.orm.call("clinic.visit", "free_times", [[this.visitId]], { day, block });
        const visit = await this.keepLast.add(request);
        const moment = (value) => deserializeDateTime(value, { tz: visit.zone });
        this.state.day = day;
        this.state.visit = {
            ...visit,
            start: moment(visit.start),
            times: visit.times.map((time) => ({ ...time, moment: moment(time.start) })),
        };
    }

    get now() {
        const { visit } = this.state;
        return [momentText(visit.start), visit.treatments, visit.practitioners].filter(Boolean).join(" · ");
    }

    get pickerProps() {
        const { visit, day } = this.state;
        const today = DateTime.fromISO(visit.today);
        const shown = day ? DateTime.fromISO(day) : visit.start.setZone("local", { keepLocalTime: true });
        return {
            type: "date",
            value: shown < today ? today : shown,
            minDate: today,
            showWeekNumbers: false,
            onSelect: (date) => this.load(date.toISODate()),
        };
    }

    /** The times by day, each day under its name. */
    get days() {
        return Object.entries(groupBy(this.state.visit.times, ({ moment }) => moment.toISODate())).map(
            ([iso, times]) => ({ iso, times, label: times[0].moment.toFormat("cccc d LLLL") }),
        );
    }

    timeLabel({ moment }) {
        return moment.toLocaleString(DateTime.TIME_SIMPLE);
    }

    async take(time) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await moveVisit(this.orm, this.visitId, time);
        } catch (error) {
            this.state.isBusy = false;
            this.load(this.state.day);
            throw error;
        }
        this.notice.show([momentText(time.moment), time.name].join(" · "), {
            title: _t("%s moved", this.state.visit.patient),
            type: "success",
        });
        this.action.doAction({
            type: "ir.actions.act_window_close",
            infos: { visit_id: this.visitId },
        });
    }
}

registry.category("actions").add("clinic_visit.move", VisitMove);
