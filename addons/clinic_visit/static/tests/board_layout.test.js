import {
    axisOf,
    DAY,
    gapsOf,
    keepInDay,
    minutesOf,
    momentOf,
    partOn,
    snap,
    snapFrom,
    spread,
} from "@clinic_visit/board/board_layout";
import { describe, expect, test } from "@odoo/hoot";

describe.current.tags("headless");

const { DateTime } = luxon;
const hours = (start, stop) => ({ start: start * 60, stop: stop * 60 });
const day = (iso, zone = "Asia/Karachi") => DateTime.fromISO(iso, { zone });
const lanesOf = (items) => items.map(({ lane, lanes }) => [lane, lanes]);

test("minutes are those of the clock on the wall", () => {
    const monday = day("2026-03-30");
    expect(minutesOf(monday.set({ hour: 10, minute: 15 }), monday)).toBe(615);
    expect(minutesOf(monday.minus({ hours: 1 }), monday)).toBe(0);
    expect(minutesOf(monday.plus({ days: 1 }), monday)).toBe(DAY);
});

test("ten o'clock has the same place on the days on which clocks change", () => {
    for (const iso of ["2026-03-29", "2026-10-25", "2026-06-15"]) {
        const changed = day(iso, "Europe/Amsterdam");
        const ten = momentOf(changed, 600);
        expect([ten.hour, ten.minute, minutesOf(ten, changed)]).toEqual([10, 0, 600]);
    }
});

test("the minute after the last is the next midnight", () => {
    expect(momentOf(day("2026-03-30"), DAY).toISO()).toBe(day("2026-03-31").toISO());
});

test("what crosses midnight has a part on both days", () => {
    const monday = day("2026-03-30");
    const [start, stop] = [monday.set({ hour: 23 }), monday.plus({ days: 1, hours: 1 })];
    expect(partOn(monday, start, stop)).toEqual(hours(23, 24));
    expect(partOn(monday.plus({ days: 1 }), start, stop)).toEqual(hours(0, 1));
    expect(partOn(monday.plus({ days: 2 }), start, stop)).toBe(null);
});

test("the axis covers everything by whole hours", () => {
    expect(axisOf([{ start: 545, stop: 610 }, hours(11, 19)])).toEqual(hours(9, 19));
    expect(axisOf([{ start: 1380, stop: DAY }])).toEqual(hours(23, 24));
    expect(axisOf([])).toEqual(hours(8, 18));
});

test("closed is what working hours leave", () => {
    expect(gapsOf([hours(14, 18), hours(9, 13)], hours(8, 20))).toEqual([hours(8, 9), hours(13, 14), hours(18, 20)]);
    expect(gapsOf([], hours(8, 20))).toEqual([hours(8, 20)]);
    expect(gapsOf([hours(0, 24)], hours(8, 20))).toEqual([]);
});

test("cards one after the other have the whole width", () => {
    expect(lanesOf(spread([hours(9, 10), hours(10, 11)]))).toEqual([
        [0, 1],
        [0, 1],
    ]);
});

test("cards at the same time stand side by side", () => {
    expect(lanesOf(spread([hours(9, 11), hours(9, 10), hours(10, 12), hours(12, 13)]))).toEqual([
        [0, 2],
        [1, 2],
        [1, 2],
        [0, 1],
    ]);
});

test("no two cards in one lane overlap, whatever their times", () => {
    const items = Array.from({ length: 60 }, (_, n) => ({
        start: (n * 37) % 600,
        stop: ((n * 37) % 600) + 15 + ((n * 53) % 120),
    }));
    for (const one of spread(items)) {
        expect(one.lane).toBeLessThan(one.lanes);
        const others = items.filter((other) => other !== one && other.lane === one.lane);
        expect(others.some((other) => other.start < one.stop && other.stop > one.start)).toBe(false);
    }
});

test("times snap to the step and stay within the day", () => {
    expect([snap(607, 15), snap(608, 15), snap(614, 15, Math.floor)]).toEqual([600, 615, 600]);
    expect([snapFrom(635, 640, 15), snapFrom(635, 643, 15), snapFrom(635, 620, 15)]).toEqual([635, 645, 615]);
    expect([keepInDay(-20, 30), keepInDay(DAY, 30), keepInDay(600, 30)]).toEqual([0, DAY - 30, 600]);
});
