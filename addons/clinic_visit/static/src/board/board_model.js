import { markRaw } from "@odoo/owl";
import { deserializeDateTime, getStartOfLocalWeek, serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { RPCError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";
import { Reactive } from "@web/core/utils/reactive";
import { prepareBoard } from "./board_data";
import { timeText } from "./board_format";

const { DateTime } = luxon;
// What these are named is meant for the person in front of the screen.
const REFUSALS = ["odoo.exceptions.", "odoo.addons.clinic_visit.exceptions.SlotTaken"];

/** The words in which the server refuses something, with the times it proposes instead; null for any other error. */
export function refusalOf(error, board) {
    const isRefusal = error instanceof RPCError && REFUSALS.some((name) => error.exceptionName?.startsWith(name));
    if (!isRefusal) {
        return null;
    }
    const { message, context } = error.data;
    const alternatives = (context?.alternatives || []).map((one) => prepareAlternative(one, board));
    // Times that stand on buttons need not be read as well.
    return { message: alternatives.length ? message.split("\n")[0] : message, alternatives };
}

function prepareAlternative(alternative, { zone, today }) {
    const moment = deserializeDateTime(alternative.start, { tz: zone });
    const day = moment.toISODate() === today ? "" : moment.toFormat("ccc d LLL");
    return { ...alternative, moment, label: [day, timeText(moment)].filter(Boolean).join(" ") };
}

/** The first day to ask for: that of the week where a whole week is shown, null for whatever day it is. */
function firstDay({ day, days }) {
    if (days < 7) {
        return day;
    }
    return serializeDate(getStartOfLocalWeek(day ? DateTime.fromISO(day) : DateTime.now()));
}

/**
 * What the board shows and how it got there. `board` is replaced as a whole at each load and is not observed in
 * depth: hundreds of cards change together or not at all.
 */
export class BoardModel extends Reactive {
    /**
     * @param {Object} orm
     * @param {Object} choice what is shown: {day, days, group, resourceIds}; a `day` of null follows the calendar
     */
    constructor(orm, choice) {
        super();
        this.orm = markRaw(orm);
        this.choice = { day: null, days: 1, group: "practitioner", resourceIds: null, ...choice };
        this.board = null;
        this.toMove = 0;
        this.keepLast = markRaw(new KeepLast());
        this.data = null;
        this.holds = 0;
        this.hasMissed = false;
    }

    /** Show `choice`, on top of what was chosen before. */
    async show(choice = {}) {
        const chosen = { ...this.choice, ...choice };
        await this.load(chosen);
        this.choice = chosen;
    }

    async load(choice = this.choice) {
        const { days, group, resourceIds } = choice;
        const request = this.orm.silent.call("clinic.board", "load", [], {
            day: firstDay(choice),
            days,
            group,
            resource_ids: resourceIds,
        });
        this.draw(await this.keepLast.add(request));
    }

    /** Somebody changed something: load again, as soon as nothing is held. */
    async refresh() {
        if (this.holds) {
            this.hasMissed = true;
        } else {
            await this.load();
        }
    }

    /** Let the cards stand still while one of them is in the user's hand or on its way. */
    hold() {
        this.holds++;
    }

    release() {
        this.holds--;
        if (!this.holds && this.hasMissed) {
            this.hasMissed = false;
            this.load();
        }
    }

    /** How many visits of the branch have to be moved: asked beside the board, which does not wait for it. */
    async countToMove() {
        this.toMove = await this.orm.silent.call("clinic.board", "count_to_move");
    }

    draw(data) {
        this.data = markRaw(data);
        this.board = markRaw(prepareBoard(data));
    }

    /** Whether a blocked time recurs after the one of `id`. */
    async hasFollowing(id) {
        const [{ has_following }] = await this.orm.read("clinic.block", [id], ["has_following"]);
        return has_following;
    }

    async removeBlock(id, method) {
        await this.orm.call("clinic.block", method, [[id]]);
        await this.load();
    }

    /** Do a step with the card's visit or procedure; return the action to open next, if there is one. */
    async act(step, card) {
        const id = step.model === "clinic.visit" ? card.visit_id : card.id;
        return this.orm.call(step.model, step.method, [[id]]);
    }

    /**
     * Move a procedure, at once on the screen and then on the server, which has the last word.
     *
     * @param {Object} card
     * @param {{start, stop, resource?: {id: number}}} target
     */
    async move(card, { start, stop, resource }) {
        const { group } = this.choice;
        const values = { start: serializeDateTime(start), stop: serializeDateTime(stop) };
        const place = resource && resource.id !== card[`${group}_id`] ? { [group]: resource.id } : {};
        const before = this.data;
        this.hold();
        this.drawMoved(card.id, { ...values, [`${group}_id`]: resource?.id || card[`${group}_id`] });
        try {
            await this.orm.call("clinic.procedure", "move", [card.id], { ...values, ...place });
        } catch (error) {
            this.draw(before);
            throw error;
        } finally {
            this.release();
        }
        await this.load();
    }

    drawMoved(id, values) {
        const moved = (procedure) =>
            procedure.id === id ? { ...procedure, ...values, occupied: [], moving: true } : procedure;
        this.draw({ ...this.data, procedures: this.data.procedures.map(moved) });
    }
}
