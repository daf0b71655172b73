import { Component, useState } from "@odoo/owl";

/** The uploads, in a corner of every page; it asks only where one has failed. */
export class UploadTray extends Component {
    static template = "clinic_photo.UploadTray";
    static props = { uploads: Object };

    setup() {
        this.state = useState(this.props.uploads.state);
    }

    get open() {
        return this.state.items.filter((item) => item.isOpen && item.state !== "failed");
    }

    get troubled() {
        return this.state.items.filter((item) => ["refused", "failed"].includes(item.state));
    }

    get isPaused() {
        return this.open.length > 0 && this.open.every((item) => item.state === "paused");
    }

    get percent() {
        const { open } = this;
        return Math.round((100 * open.reduce((sum, item) => sum + item.progress, 0)) / (open.length || 1));
    }

    retry(item) {
        this.props.uploads.retry(item);
    }

    cancel(item) {
        this.props.uploads.cancel(item);
    }
}
