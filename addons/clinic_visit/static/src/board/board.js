import { Component, onMounted, onWillDestroy, onWillStart, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { SIZES } from "@web/core/ui/ui_service";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { BoardArrivals } from "./board_arrivals";
import { dayOfPage } from "./board_address";
import { BoardDates } from "./board_dates";
import { onward } from "./board_format";
import { BoardGrid } from "./board_grid";
import { BoardModel, refusalOf } from "./board_model";
import { BoardOptions } from "./board_options";
import { BoardPopover } from "./board_popover";
import { boardSteps } from "./board_steps";

const CHANNEL = "clinic_board";
const STORED = "clinic_visit.board";
const REFRESH_DELAY = 200;
const REFRESH_EVERY = 300000;

/** Reception's home: the branch's day, and everything that reception does with it. */
export class ClinicBoard extends Component {
    static template = "clinic_visit.ClinicBoard";
    static components = { BoardArrivals, BoardDates, BoardGrid, BoardOptions, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notice = useService("clinic_notice");
        this.rootRef = useRef("root");
        // The card on which the keyboard stays when cards are redrawn.
        this.focus = { id: null };
        const { stored } = this;
        const choice = this.props.state?.choice || {
            day: dayOfPage(this.props.action),
            days: stored.days || 1,
            group: stored.group || "practitioner",
        };
        this.model = useState(new BoardModel(useService("orm"), choice));
        const isWide = useService("ui").size >= SIZES.LG;
        this.isWide = isWide;
        this.state = useState({ hasArrivals: this.hasRoomForArrivals(choice.days) && stored.hasArrivals !== false });
        this.popover = usePopover(BoardPopover, {
            position: "right-start",
            popoverClass: "o_clinic_board_popover_frame",
            useBottomSheet: this.env.isSmall,
        });
        useSetupAction({ getLocalState: () => ({ choice: { ...this.model.choice } }) });
        this.listen();
        this.useKeys();
        onWillStart(() => this.model.load());
        onMounted(() => {
            this.keepDay();
            this.model.countToMove();
        });
    }

    /** Hear of every change in the branch; after a broken connection, look for what was missed. */
    listen() {
        const bus = useService("bus_service");
        const refresh = useDebounced(() => {
            this.model.countToMove();
            return this.model.refresh();
        }, REFRESH_DELAY);
        const onChange = ({ company_id, days }) => {
            const { board } = this.model;
            // What changes while the board is on its way may not be on it.
            if (!board) {
                refresh();
                return;
            }
            const shown = [board.today, ...board.days.map((day) => day.iso)];
            if (company_id === board.company_id && days.some((day) => shown.includes(day))) {
                refresh();
            }
        };
        bus.addChannel(CHANNEL);
        bus.subscribe(CHANNEL, onChange);
        useBus(bus, "BUS:RECONNECT", refresh);
        // Days end, holds run out: not every change is made by somebody.
        const interval = browser.setInterval(refresh, REFRESH_EVERY);
        onWillDestroy(() => {
            browser.clearInterval(interval);
            bus.unsubscribe(CHANNEL, onChange);
            bus.deleteChannel(CHANNEL);
        });
    }

    useKeys() {
        useHotkey("t", () => this.show({ day: null }));
        useHotkey("n", () => this.bookNext());
        const right = onward();
        for (const [key, direction] of Object.entries({
            arrowleft: -right,
            arrowright: right,
            pageup: -1,
            pagedown: 1,
        })) {
            useHotkey(key, () => this.step(direction));
        }
    }

    get isFiltered() {
        return Boolean(this.model.choice.resourceIds);
    }

    // -- what is shown -----------------------------------------------------------------------------------------------

    async show(choice) {
        this.popover.close();
        const { days } = this.model.choice;
        await this.model.show(choice);
        // Many days need the width; who wants to see who is there opens that beside them.
        if (choice.days && choice.days !== days && this.isWide) {
            this.state.hasArrivals = this.hasRoomForArrivals(choice.days) && this.stored.hasArrivals !== false;
        }
        this.store();
        this.keepDay();
    }

    /** Write the day into the page's address, so that it is there again after a reload and on the way back. */
    keepDay() {
        this.props.updateActionState({ day: this.model.choice.day || undefined });
    }

    hasRoomForArrivals(days) {
        return this.isWide && days === 1;
    }

    get stored() {
        return JSON.parse(browser.localStorage.getItem(STORED) || "{}");
    }

    /** Show the days after those shown now, or before them. */
    step(direction) {
        const { days } = this.model.board;
        this.show({ day: days[0].date.plus({ days: direction * days.length }).toISODate() });
    }

    toggleArrivals() {
        this.state.hasArrivals = !this.state.hasArrivals;
        this.store();
    }

    store() {
        const { days, group } = this.model.choice;
        const hasArrivals = days === 1 ? this.state.hasArrivals : this.stored.hasArrivals;
        browser.localStorage.setItem(STORED, JSON.stringify({ days, group, hasArrivals }));
    }

    filter(column) {
        this.show({ resourceIds: this.isFiltered ? null : [column.resource_id] });
    }

    pickDay(day) {
        this.show({ day, days: 1 });
    }

    print() {
        window.print();
    }

    // -- cards -------------------------------------------------------------------------------------------------------

    openCard(card, el) {
        // Beside a card that is cut off below, its popover would be, too.
        el.scrollIntoView({ block: "nearest", inline: "nearest" });
        this.popover.open(el, {
            card,
            board: this.model.board,
            onStep: (name, of) => this.act(name, of),
            onOpen: (visitId) => this.openVisit(visitId),
            onClose: () => this.popover.close(),
        });
    }

    /** The key for a step on the card that has the focus, where that step is offered. */
    onCardStep(name, card) {
        if (card.steps.includes(name)) {
            this.act(name, card);
        }
    }

    openVisit(visitId) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "clinic.visit",
            res_id: visitId,
            views: [[false, "form"]],
        });
    }

    async act(name, card) {
        this.popover.close();
        await this.try(card.patient || _t("Not done"), async () => {
            const next = await this.model.act(boardSteps.get(name), card);
            if (next?.type) {
                await this.action.doAction(next, { onClose: () => this.model.load() });
            } else {
                await this.model.load();
            }
        });
    }

    async move(card, target) {
        this.popover.close();
        const title = _t("%s not moved", card.patient);
        await this.try(title, () => this.model.move(card, target), card);
    }

    /** Do something that the server may refuse; a refusal is told in its words, with other times to choose from. */
    async try(title, action, card) {
        try {
            await action();
        } catch (error) {
            const refusal = refusalOf(error, this.model.board);
            if (!refusal) {
                throw error;
            }
            this.tell(title, refusal, card);
        }
    }

    tell(title, { message, alternatives }, card) {
        this.closeNotice = this.notice.show(message, {
            title,
            type: "danger",
            className: "o_clinic_board_refusal",
            autocloseDelay: alternatives.length ? 30000 : 8000,
            buttons: alternatives.map((alternative) => ({
                name: alternative.label,
                icon: "fa-clock-o",
                onClick: () => this.take(alternative, card),
            })),
        });
    }

    /** Move `card` to one of the times that the server proposed. */
    take({ moment, ...alternative }, card) {
        this.closeNotice();
        const id = alternative[`${this.model.choice.group}_id`];
        const resource = this.model.board.columns.find((column) => column.id === id);
        this.move(card, { start: moment, stop: moment.plus(card.stop.diff(card.start)), resource });
    }

    // -- booking -----------------------------------------------------------------------------------------------------

    book({ start, resource }) {
        this.popover.close();
        const context = { default_start: serializeDateTime(start) };
        if (resource) {
            context[`default_${this.model.choice.group}_id`] = resource.id;
        }
        return this.action.doAction("clinic_visit.action_visit_book", {
            additionalContext: context,
            onClose: (infos) => this.afterBooking(infos?.visit_id),
        });
    }

    /** The board has changed, unless the dialog was left: show where the new visit stands. */
    async afterBooking(visitId) {
        if (visitId) {
            await this.model.load();
            const booked = [...this.model.board.cards.values()].find((card) => card.visit_id === visitId);
            this.focus.id = booked?.id;
        }
    }

    bookNext() {
        this.book({ start: this.nextTime });
    }

    /** The next step from now, or when the day begins that is shown instead of today. */
    get nextTime() {
        const { axis, days, slot_step: step, zone } = this.model.board;
        if (!days.some((day) => day.isToday)) {
            return days[0].date.set({ hour: axis.start / 60 });
        }
        const now = luxon.DateTime.now().setZone(zone).startOf("minute");
        return now.plus({ minutes: step - (now.minute % step) });
    }

    /** Open a blocked time, or a new one at the next time for the column that is shown alone. */
    openBlock(id) {
        const start = this.nextTime;
        const context = {
            default_start: serializeDateTime(start),
            default_stop: serializeDateTime(start.plus({ hours: 1 })),
            default_resource_ids: this.model.choice.resourceIds || [],
            on_board: true,
        };
        this.dialog.add(FormViewDialog, {
            resModel: "clinic.block",
            resId: id,
            title: _t("Blocked Time"),
            context,
            onRecordSaved: () => this.model.load(),
            canExpand: false,
            removeRecord: id && (() => this.removeBlock(id)),
        });
    }

    /** Free a blocked time; where it recurs, ask whether the weeks that follow are meant, too. */
    async removeBlock(id) {
        const remove = (method) => this.try(_t("Not removed"), () => this.model.removeBlock(id, method));
        if (!(await this.model.hasFollowing(id))) {
            return remove("unlink");
        }
        this.dialog.add(ConfirmationDialog, {
            title: _t("Remove Blocked Time"),
            body: _t("The same time is blocked in the weeks that follow. Remove those as well?"),
            confirmLabel: _t("This and following"),
            confirm: () => remove("action_remove_following"),
            cancelLabel: _t("Only this one"),
            cancel: () => remove("unlink"),
            dismiss: () => {},
        });
    }

    openToMove() {
        this.action.doAction("clinic_visit.clinic_visit_action_to_move");
    }

    selectArrival(visit) {
        const el = this.rootRef.el.querySelector(`.o_clinic_board_card[data-id="${visit.procedure_id}"]`);
        if (!el) {
            return this.openVisit(visit.visit_id);
        }
        el.scrollIntoView({ block: "center", inline: "center" });
        el.focus();
        this.openCard(this.model.board.cards.get(visit.procedure_id), el);
    }
}

registry.category("actions").add("clinic_visit.board", ClinicBoard);
