import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { durationText, minutesSince, timeText } from "@clinic_visit/board/board_format";
import { useNow } from "@clinic_visit/board/board_now";
import { STATUSES } from "@clinic_visit/board/board_steps";
import { dayText, severityOf } from "../patient_card/patient_card_format";
import { myDaySections } from "./my_day_sections";

const CHANNEL = "clinic_board";
const REFRESH_DELAY = 200;
const REFRESH_EVERY = 300000;

/** The practitioner's home: today's patients in their order, with what must be known before the door opens. */
export class ClinicMyDay extends Component {
    static template = "clinic_record.MyDay";
    static components = { Layout, RecordSelector };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.now = useNow();
        this.state = useState({ day: null });
        this.keepLast = new KeepLast();
        this.choice = this.props.state?.choice || null;
        Object.assign(this, { severityOf, dayText });
        this.listen();
        onWillStart(() => this.load());
    }

    /** Hear of every change in the branch; after a broken connection, look for what was missed. */
    listen() {
        const bus = useService("bus_service");
        const refresh = useDebounced(() => this.load(), REFRESH_DELAY);
        const onChange = ({ company_id, days }) => {
            // What changes while the day is on its way may not be on it.
            if (!this.day || (company_id === this.day.company_id && days.includes(this.day.days[0]))) {
                refresh();
            }
        };
        bus.addChannel(CHANNEL);
        bus.subscribe(CHANNEL, onChange);
        useBus(bus, "BUS:RECONNECT", refresh);
        const interval = browser.setInterval(refresh, REFRESH_EVERY);
        onWillDestroy(() => {
            browser.clearInterval(interval);
            bus.unsubscribe(CHANNEL, onChange);
            bus.deleteChannel(CHANNEL);
        });
    }

    async load(choice = this.choice) {
        const day = await this.keepLast.add(this.orm.silent.call("clinic.my.day", "load", [], { day: choice }));
        this.choice = choice;
        this.state.day = day;
    }

    get day() {
        return this.state.day;
    }

    get title() {
        return luxon.DateTime.fromISO(this.day.days[0]).toFormat("cccc d LLLL");
    }

    get isToday() {
        return this.day.days[0] === this.day.today;
    }

    get sections() {
        return myDaySections
            .getEntries()
            .map(([name, section]) => ({ name, ...section }))
            .filter((section) => section.isShown(this.day));
    }

    step(direction) {
        return this.load(luxon.DateTime.fromISO(this.day.days[0]).plus({ days: direction }).toISODate());
    }

    get patients() {
        return this.day.procedures.map((procedure) => this.preparePatient(procedure));
    }

    preparePatient(procedure) {
        const { state, visit_state: visit, visit_arrived_at: arrivedAt } = procedure;
        const waits = state === "planned" && ["arrived", "in_progress"].includes(visit);
        const status = ["in_progress", "done"].includes(state) ? state : waits ? "arrived" : visit;
        const arrived = waits && arrivedAt ? deserializeDateTime(arrivedAt) : null;
        return {
            ...procedure,
            status,
            look: STATUSES[status],
            time: timeText(deserializeDateTime(procedure.start)),
            waiting: arrived ? durationText(minutesSince(arrived, this.now.time)) : "",
            where: [procedure.room, procedure.device].filter(Boolean).join(" · "),
            isNext: procedure.id === this.nextId,
        };
    }

    /** Who is in treatment, else who waits, else who comes next. */
    get nextId() {
        const open = this.day.procedures.filter((one) => ["planned", "in_progress"].includes(one.state));
        const isHere = (one) => ["arrived", "in_progress"].includes(one.visit_state);
        const next =
            open.find((one) => one.state === "in_progress") ||
            open.find(isHere) ||
            open.find((one) => ["booked", "held"].includes(one.visit_state));
        return next?.id;
    }

    get countText() {
        const open = this.day.procedures.filter((one) => one.state !== "done" && one.visit_state !== "no_show");
        return _t("%(open)s of %(all)s to come", { open: open.length, all: this.day.procedures.length });
    }

    elsewhereText({ name, count }) {
        return count === 1 ? _t("A patient awaits you in %s.", name) : _t("%s patients await you in %s.", count, name);
    }

    /** Choose the branch, as the company switcher does: the page is loaded again. */
    goTo(branch) {
        return user.activateCompanies([branch.id]);
    }

    open(patient) {
        return this.openPatient(patient.patient_id);
    }

    openPatient(resId) {
        if (resId) {
            this.action.doAction("clinic_record.clinic_patient_card_action", { props: { resId } });
        }
    }
}

registry.category("actions").add("clinic_my_day", ClinicMyDay);
