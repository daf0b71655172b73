import { WIDTH, within } from "./body_map_views";

const LARGEST = 5;

/**
 * Which part of a drawing is seen: `scale` times as large, around a centre in the drawing's own units.
 */
export class Zoom {
    constructor(height) {
        this.reset(height);
    }

    reset(height) {
        Object.assign(this, { height, scale: 1, x: WIDTH / 2, y: height / 2 });
    }

    get width() {
        return WIDTH / this.scale;
    }

    get box() {
        const [width, height] = [this.width, this.height / this.scale];
        return { left: this.x - width / 2, top: this.y - height / 2, width, height };
    }

    get viewBox() {
        const { left, top, width, height } = this.box;
        return `${left} ${top} ${width} ${height}`;
    }

    /** Return where the point of the screen lies on the drawing, from 0 to 1. */
    place({ clientX, clientY }, rect) {
        const { left, top, width, height } = this.box;
        return {
            x: within((left + ((clientX - rect.left) / rect.width) * width) / WIDTH, 0, 1),
            y: within((top + ((clientY - rect.top) / rect.height) * height) / this.height, 0, 1),
        };
    }

    /** Enlarge by `factor`, so that the point `fixed` (0..1 of the drawing) stays where it is. */
    by(factor, fixed) {
        const scale = within(this.scale * factor, 1, LARGEST);
        const change = this.scale / scale;
        const point = fixed ? { x: fixed.x * WIDTH, y: fixed.y * this.height } : { x: this.x, y: this.y };
        this.scale = scale;
        this.center(point.x + (this.x - point.x) * change, point.y + (this.y - point.y) * change);
    }

    /** Move what is seen by pixels of the screen. */
    pan(pixelsX, pixelsY, rect) {
        const { width, height } = this.box;
        this.center(this.x - (pixelsX / rect.width) * width, this.y - (pixelsY / rect.height) * height);
    }

    center(x, y) {
        const { width, height } = this.box;
        this.x = within(x, width / 2, WIDTH - width / 2);
        this.y = within(y, height / 2, this.height - height / 2);
    }
}
