import { describe, expect, test } from "@odoo/hoot";
import { IDENTITY, align, apply, compose, css, fit, invert, remaining, zoomAt } from "@clinic_photo/viewer/geometry";

describe.current.tags("headless");

const near = (found, wanted) => found.every((value, place) => Math.abs(value - wanted[place]) < 1e-9);

test("a photo fits into its stage and stands in the middle", () => {
    expect(fit({ width: 400, height: 300 }, 800, 300)).toEqual([400, 0, 200, 0]);
    expect(fit({ width: 300, height: 400 }, 300, 800)).toEqual([300, 0, 0, 200]);
});

test("a transform and its inverse are nothing", () => {
    const turned = [0.6, 0.8, 12, -7];
    expect(near(compose(turned, invert(turned)), IDENTITY)).toBe(true);
    expect(near(apply(invert(turned), apply(turned, [3, 4])), [3, 4])).toBe(true);
    expect(css(IDENTITY)).toBe("matrix(1, 0, 0, 1, 0, 0)");
});

test("zooming keeps the point under the finger, and ends at the whole photo", () => {
    const zoomed = zoomAt(IDENTITY, 4, 100, 50);
    expect(apply(zoomed, [100, 50])).toEqual([100, 50]);
    expect(zoomAt(zoomed, 100, 0, 0)[0]).toBe(12);
    expect(zoomAt(zoomed, 0.01, 100, 50)).toEqual(IDENTITY);
});

test("two points lay one photo over the other exactly, a third one leaves a difference", () => {
    const first = [
        [0.2, 0.3],
        [0.8, 0.3],
        [0.5, 0.9],
    ];
    const moved = [0.5, 0.2, 0.1, -0.05];
    const second = first.map((point) => apply(invert(moved), point));
    expect(near(align(first, second), moved)).toBe(true);
    expect(remaining(first, second)).toBeLessThan(1e-9);
    second[2] = [second[2][0] + 0.1, second[2][1]];
    expect(remaining(first, second)).toBeGreaterThan(1);
    expect(align(first.slice(0, 1), second.slice(0, 1))).toBe(null);
    expect(align([first[0], first[0]], [second[0], second[0]])).toBe(null);
});
