import { deserializeDateTime } from "@web/core/l10n/dates";
import { hourText } from "./board_format";
import { axisOf, gapsOf, partOn, spread } from "./board_layout";

const { DateTime } = luxon;

const MOMENTS = ["start", "stop", "visit_start", "visit_arrived_at", "visit_started_at", "visit_expires_at"];

/** Beside other days, a resource that is neither at work nor has a card takes no room; one column stays of each day. */
function shownColumns(columns, isAlone) {
    const used = isAlone ? columns : columns.filter((column) => column.open.length || column.items.length);
    return used.length ? used : columns.slice(0, 1);
}

function toMoment(value, zone) {
    return value ? deserializeDateTime(value, { tz: zone }) : null;
}

/** Make what the server sent into what the board draws: DateTimes in the branch's zone, columns with their cards. */
export function prepareBoard(data) {
    const { zone } = data;
    const days = data.days.map((iso) => {
        const date = DateTime.fromISO(iso, { zone });
        return { iso, date, isToday: iso === data.today, label: date.toFormat("ccc d LLL") };
    });
    const cards = data.procedures.map((procedure) => prepareCard(procedure, zone));
    const columns = days.flatMap((day, index) =>
        shownColumns(
            data.columns.map((column) => prepareColumn(column, day, cards, data)),
            days.length === 1,
        ).map((column, position) => ({
            ...column,
            isDayStart: days.length > 1 && index > 0 && position === 0,
        })),
    );
    const axis = axisOf(columns.flatMap((column) => [...column.open, ...column.items, ...column.blocks]));
    for (const column of columns) {
        column.closed = gapsOf(column.open, axis);
    }
    return {
        ...data,
        days,
        columns,
        axis,
        hours: hoursOf(axis, days[0].date),
        cards: new Map(cards.map((card) => [card.id, card])),
        arrivals: data.arrivals.map((visit) => ({
            ...visit,
            start: toMoment(visit.start, zone),
            arrived_at: toMoment(visit.arrived_at, zone),
        })),
    };
}

function prepareCard(procedure, zone) {
    const moments = Object.fromEntries(MOMENTS.map((name) => [name, toMoment(procedure[name], zone)]));
    const occupied = procedure.occupied.map((range) => range.map((value) => toMoment(value, zone)));
    return { ...procedure, ...moments, occupied, status: statusOf(procedure) };
}

/** What the card says about itself: a procedure of a visit that has arrived waits until it is started. */
function statusOf({ state, visit_state }) {
    if (["in_progress", "done"].includes(state)) {
        return state;
    }
    return visit_state === "in_progress" ? "arrived" : visit_state;
}

function prepareColumn(column, day, cards, { group, zone, blocks }) {
    const part = (start, stop) => partOn(day.date, toMoment(start, zone), toMoment(stop, zone));
    const open = column.work.map(([start, stop]) => part(start, stop)).filter(Boolean);
    const items = cards
        .filter((card) => card[`${group}_id`] === column.id)
        .map((card) => ({ card, ...partOn(day.date, card.start, card.stop) }))
        .filter((item) => item.stop);
    return {
        ...column,
        key: `${day.iso}_${column.id}`,
        initials: initialsOf(column.name),
        day,
        open,
        blocks: blocks
            .filter((block) => block.resource_id === column.resource_id)
            .map((block) => ({ ...block, ...part(block.start, block.stop) }))
            .filter((block) => Number.isInteger(block.start)),
        items: spread(items),
        buffers: items.flatMap((item) => buffersOf(item, day)),
    };
}

/** The first letters of the last two words of a name, for a head too narrow for more. */
export function initialsOf(name) {
    const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
    return words
        .slice(-2)
        .map((word) => word[0].toUpperCase())
        .join("");
}

/** When the resource is taken around a card without the patient being treated: to prepare and to tidy. */
function buffersOf({ card, start, stop }, day) {
    return card.occupied
        .map(([from, to]) => partOn(day.date, from, to))
        .filter(Boolean)
        .flatMap((range) => [
            { start: range.start, stop: Math.min(range.stop, start) },
            { start: Math.max(range.start, stop), stop: range.stop },
        ])
        .filter((range) => range.stop > range.start);
}

function hoursOf(axis, day) {
    const hours = [];
    for (let minutes = axis.start; minutes < axis.stop; minutes += 60) {
        hours.push({ minutes, label: hourText(day.set({ hour: minutes / 60 })) });
    }
    return hours;
}
