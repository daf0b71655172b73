import { Component, useState } from "@odoo/owl";
import { photoUrl } from "./photo_words";

/** A small picture; where it does not open it says so. */
export class PhotoThumb extends Component {
    static template = "clinic_photo.PhotoThumb";
    static props = { uuid: String, variant: { type: String, optional: true } };

    setup() {
        this.state = useState({ broken: null });
    }

    get url() {
        return photoUrl(this.props.uuid, this.props.variant || "thumb");
    }
}
