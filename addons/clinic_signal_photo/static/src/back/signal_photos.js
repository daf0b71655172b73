import { Component } from "@odoo/owl";
import { PhotoThumb } from "@clinic_photo/photo_thumb";
import { photoUrl } from "@clinic_photo/photo_words";
import { signalParts } from "@clinic_signal/back/signal_row";

/** The photos that came with a report; each opens large. They stand in the gallery as well. */
export class SignalPhotos extends Component {
    static template = "clinic_signal_photo.SignalPhotos";
    static components = { PhotoThumb };
    static props = { signal: Object };

    setup() {
        this.photoUrl = photoUrl;
    }
}

signalParts.add("photos", { Component: SignalPhotos, isShown: (signal) => signal.photos?.length > 0 });
