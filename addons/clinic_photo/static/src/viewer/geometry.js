/**
 * Where a photo is on its stage. Transforms are similarities, [a, b, e, f]: (x, y) goes to
 * (a·x − b·y + e, b·x + a·y + f).
 */
export const IDENTITY = [1, 0, 0, 0];

/** First `inner`, then `outer`. */
export function compose(outer, inner) {
    const [a, b, e, f] = outer;
    const [c, d, g, h] = inner;
    return [a * c - b * d, a * d + b * c, a * g - b * h + e, b * g + a * h + f];
}

export function apply([a, b, e, f], [x, y]) {
    return [a * x - b * y + e, b * x + a * y + f];
}

export function invert([a, b, e, f]) {
    const norm = a * a + b * b;
    const [c, d] = [a / norm, -b / norm];
    return [c, d, -(c * e - d * f), -(d * e + c * f)];
}

/** From the photo, whose width is 1, to a stage of `width` × `height` pixels that it fits into. */
export function fit(photo, width, height) {
    const ratio = photo.height / photo.width || 1;
    const scale = Math.min(width, height / ratio);
    return [scale, 0, (width - scale) / 2, (height - scale * ratio) / 2];
}

/**
 * The similarity that brings the points of the second photo nearest to those of the first (least squares); null with
 * fewer than two different points. Coordinates are shares of each photo's width.
 */
export function align(first, second) {
    const count = Math.min(first.length, second.length);
    if (count < 2) {
        return null;
    }
    const mean = (points, axis) => points.slice(0, count).reduce((sum, point) => sum + point[axis], 0) / count;
    const [gx, gy, sx, sy] = [mean(first, 0), mean(first, 1), mean(second, 0), mean(second, 1)];
    let [real, imaginary, spread] = [0, 0, 0];
    for (let place = 0; place < count; place++) {
        const [x, y] = [second[place][0] - sx, second[place][1] - sy];
        const [u, v] = [first[place][0] - gx, first[place][1] - gy];
        real += u * x + v * y;
        imaginary += v * x - u * y;
        spread += x * x + y * y;
    }
    if (!spread) {
        return null;
    }
    const [a, b] = [real / spread, imaginary / spread];
    return [a, b, gx - (a * sx - b * sy), gy - (b * sx + a * sy)];
}

/** What is left of the differences, in percent of the first photo's width. */
export function remaining(first, second) {
    const found = align(first, second);
    if (!found) {
        return null;
    }
    const left = first.map((point, place) => {
        const [x, y] = apply(found, second[place]);
        return Math.hypot(point[0] - x, point[1] - y);
    });
    return (100 * left.reduce((sum, one) => sum + one, 0)) / left.length;
}

/** Zoom by `factor` around the point (x, y) of the stage, at least to the whole photo and at most 12 times. */
export function zoomAt(view, factor, x, y) {
    const scale = Math.min(12, Math.max(1, view[0] * factor));
    const real = scale / view[0];
    return scale === 1 ? IDENTITY : [scale, 0, x - real * (x - view[2]), y - real * (y - view[3])];
}

export function css([a, b, e, f]) {
    return `matrix(${a}, ${b}, ${-b}, ${a}, ${e}, ${f})`;
}
