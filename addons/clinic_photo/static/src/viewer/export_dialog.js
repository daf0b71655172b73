import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { useService } from "@web/core/utils/hooks";
import { PhotoThumb } from "../photo_thumb";
import { photoDay } from "../photo_words";

const LEAST = 0.02;

/** Makes one picture of photos for a use that the patient permits: masks are drawn here and burnt in by the server. */
export class ExportDialog extends Component {
    static template = "clinic_photo.ExportDialog";
    static components = { Dialog, PhotoThumb };
    static props = { model: Object, photos: Array, close: Function };

    setup() {
        this.orm = useService("orm");
        this.photoDay = photoDay;
        this.state = useState({
            use: this.uses.find((use) => use.isPermitted)?.id || "",
            purpose: "",
            dates: true,
            masks: this.props.photos.map(() => []),
            drawing: null,
            isBusy: false,
            trouble: "",
        });
    }

    /** The uses, and whether each of the photos may be used so. */
    get uses() {
        return this.props.model.data.choices.use.map((use) => ({
            ...use,
            isPermitted: this.props.photos.every((photo) => photo.uses.includes(use.id)),
        }));
    }

    get isPermitted() {
        return this.uses.some((use) => use.isPermitted);
    }

    get canMake() {
        return this.state.use && this.state.purpose.trim() && !this.state.isBusy;
    }

    at(ev) {
        const { left, top, width, height } = ev.currentTarget.getBoundingClientRect();
        const within = (value) => Math.min(1, Math.max(0, value));
        return [within((ev.clientX - left) / width), within((ev.clientY - top) / height)];
    }

    startMask(place, ev) {
        ev.currentTarget.setPointerCapture(ev.pointerId);
        const [x, y] = this.at(ev);
        this.state.drawing = { place, x, y, to_x: x, to_y: y };
    }

    moveMask(ev) {
        if (this.state.drawing) {
            [this.state.drawing.to_x, this.state.drawing.to_y] = this.at(ev);
        }
    }

    endMask() {
        const { drawing } = this.state;
        this.state.drawing = null;
        if (drawing) {
            const mask = this.rectangle(drawing);
            if (mask.width > LEAST && mask.height > LEAST) {
                this.state.masks[drawing.place].push(mask);
            }
        }
    }

    rectangle({ x, y, to_x, to_y }) {
        return { x: Math.min(x, to_x), y: Math.min(y, to_y), width: Math.abs(to_x - x), height: Math.abs(to_y - y) };
    }

    masksOf(place) {
        const { drawing } = this.state;
        const drawn = drawing?.place === place ? [this.rectangle(drawing)] : [];
        return [...this.state.masks[place], ...drawn];
    }

    styleOf({ x, y, width, height }) {
        return `left: ${100 * x}%; top: ${100 * y}%; width: ${100 * width}%; height: ${100 * height}%`;
    }

    async make() {
        this.state.isBusy = true;
        this.state.trouble = "";
        try {
            const ids = this.props.photos.map((photo) => photo.id);
            const { use, purpose, masks, dates } = this.state;
            for (;;) {
                const found = await this.orm.silent.call("clinic.photo.export", "make", [
                    ids,
                    use,
                    purpose,
                    masks.map((rectangles) => rectangles.map((one) => ({ ...one }))),
                    dates,
                ]);
                if (found.uuid) {
                    browser.location.assign(`/clinic/photo/${found.uuid}/export`);
                    return this.props.close();
                }
                await new Promise((resolve) => setTimeout(resolve, 800));
            }
        } catch (error) {
            this.state.trouble = error.data?.message || error.message;
        } finally {
            this.state.isBusy = false;
        }
    }
}
