/**
 * Where things stand on the board. Plain functions of plain values: minutes are those of the clock on the wall since
 * midnight, so that 10:00 has the same place on every day, also on the days on which clocks change.
 */

export const DAY = 24 * 60;
// What the board shows of a day on which nobody works and nothing is booked.
const QUIET_DAY = { start: 8 * 60, stop: 18 * 60 };

/** Minutes since the midnight of `day`, at most those of one day; both are luxon DateTimes of the same zone. */
export function minutesOf(moment, day) {
    if (moment < day.startOf("day")) {
        return 0;
    }
    if (moment >= day.startOf("day").plus({ days: 1 })) {
        return DAY;
    }
    return moment.hour * 60 + moment.minute;
}

/** The DateTime of `minutes` after the midnight of `day`. */
export function momentOf(day, minutes) {
    return day
        .startOf("day")
        .plus({ days: Math.floor(minutes / DAY) })
        .set({
            hour: Math.floor((minutes % DAY) / 60),
            minute: minutes % 60,
        });
}

/** The part of [start, stop] that lies on `day` as {start, stop} in minutes, or null where there is none. */
export function partOn(day, start, stop) {
    const next = day.startOf("day").plus({ days: 1 });
    if (stop <= day.startOf("day") || start >= next) {
        return null;
    }
    return { start: minutesOf(start, day), stop: minutesOf(stop, day) };
}

/** The whole hours that cover all `ranges` ({start, stop} in minutes). */
export function axisOf(ranges) {
    const shown = ranges.length ? ranges : [QUIET_DAY];
    const start = Math.min(...shown.map((range) => range.start));
    const stop = Math.max(...shown.map((range) => range.stop));
    return { start: Math.floor(start / 60) * 60, stop: Math.min(DAY, Math.ceil(stop / 60) * 60) };
}

/** What `ranges` leave free between `start` and `stop`. */
export function gapsOf(ranges, { start, stop }) {
    const gaps = [];
    let free = start;
    for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
        if (range.start > free) {
            gaps.push({ start: free, stop: Math.min(range.start, stop) });
        }
        free = Math.max(free, range.stop);
    }
    if (free < stop) {
        gaps.push({ start: free, stop });
    }
    return gaps.filter((gap) => gap.stop > gap.start);
}

/**
 * Give each of `items` ({start, stop} in minutes) the `lane` in which it stands and the number of `lanes` side by side,
 * so that none covers another. Items that do not overlap have the whole width.
 */
export function spread(items) {
    const sorted = [...items].sort((a, b) => a.start - b.start || b.stop - a.stop);
    let cluster = [];
    let end = -Infinity;
    const close = () => {
        const lanes = Math.max(0, ...cluster.map((item) => item.lane + 1));
        cluster.forEach((item) => (item.lanes = lanes));
        cluster = [];
    };
    for (const item of sorted) {
        if (item.start >= end) {
            close();
            end = -Infinity;
        }
        const taken = new Set(cluster.filter((other) => other.stop > item.start).map((other) => other.lane));
        item.lane = 0;
        while (taken.has(item.lane)) {
            item.lane++;
        }
        cluster.push(item);
        end = Math.max(end, item.stop);
    }
    close();
    return sorted;
}

/** `minutes` on the nearest multiple of `step`; with `Math.floor`, on the one before. */
export function snap(minutes, step, round = Math.round) {
    return round(minutes / step) * step;
}

/** `minutes` on the nearest multiple of `step`, but `origin` itself where that is as near: a small tremor moves nothing. */
export function snapFrom(origin, minutes, step) {
    return Math.abs(minutes - origin) < step / 2 ? origin : snap(minutes, step);
}

/** Keep [start, stop], moved to begin at `start`, within one day. */
export function keepInDay(start, length) {
    return Math.max(0, Math.min(start, DAY - length));
}
