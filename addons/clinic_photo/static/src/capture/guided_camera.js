import { Component, onMounted, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";
import { serializeDateTime } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { photoUrl } from "../photo_words";

const { DateTime } = luxon;
// What is asked of the camera; it gives what it can.
const WANTED = { width: { ideal: 3840 }, height: { ideal: 2160 } };
const QUALITY = 0.95;

/**
 * The camera in the page: it leads from view to view, with the earlier photo as a ghost to stand alike. One tap takes a
 * photo, sends it in the background and goes on to the next view; after the last one it closes.
 */
export class GuidedCamera extends Component {
    static template = "clinic_photo.GuidedCamera";
    static props = {
        // [{kind, view, label, area_id, ghost: uuid of the earlier photo, isTaken}]
        steps: Array,
        // patient_id, procedure_id
        about: Object,
        close: Function,
        onClosed: { type: Function, optional: true },
    };

    setup() {
        this.uploads = useService("clinic_photo_upload");
        this.notification = useService("notification");
        this.video = useRef("video");
        this.file = useRef("file");
        this.photoUrl = photoUrl;
        this.sending = [];
        const first = this.props.steps.findIndex((step) => !step.isTaken);
        this.state = useState({
            current: Math.max(first, 0),
            taken: {},
            trouble: "",
            isReady: false,
            ghost: 0.35,
            grid: true,
            flash: false,
            facing: "environment",
            zoom: false,
        });
        onMounted(() => this.startCamera());
        onWillUnmount(() => {
            this.stopCamera();
            Object.values(this.state.taken).forEach((url) => URL.revokeObjectURL(url));
        });
        useExternalListener(window, "keydown", (ev) => this.onKey(ev), { capture: true });
    }

    get step() {
        return this.props.steps[this.state.current];
    }

    async startCamera() {
        this.stopCamera();
        this.state.trouble = "";
        this.state.isReady = false;
        if (!navigator.mediaDevices?.getUserMedia) {
            this.state.trouble = "none";
            return;
        }
        try {
            const video = { ...WANTED, facingMode: { ideal: this.state.facing } };
            const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
            if (!this.video.el) {
                stream.getTracks().forEach((track) => track.stop());
                return;
            }
            this.stream = stream;
            this.video.el.srcObject = stream;
            await this.video.el.play();
            this.state.isReady = true;
        } catch (error) {
            this.state.trouble = error.name === "NotAllowedError" ? "refused" : "none";
        }
    }

    stopCamera() {
        this.stream?.getTracks().forEach((track) => track.stop());
        this.stream = null;
    }

    turn() {
        this.state.facing = this.state.facing === "environment" ? "user" : "environment";
        return this.startCamera();
    }

    onKey(ev) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.finish();
        } else if ((ev.key === " " || ev.key === "Enter") && ev.target.tagName !== "BUTTON") {
            ev.preventDefault();
            this.shoot();
        }
    }

    /** Keep this moment's frame and go on at once; making a picture of it takes the time it takes. */
    shoot() {
        const video = this.video.el;
        if (!this.state.isReady || this.isDone || !video.videoWidth) {
            return;
        }
        const canvas = document.createElement("canvas");
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        canvas.getContext("2d").drawImage(video, 0, 0);
        this.state.flash = true;
        setTimeout(() => (this.state.flash = false), 150);
        this.take(new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY)));
    }

    /** What the camera of the system has taken, in full resolution. */
    onFiles(ev) {
        for (const file of ev.target.files) {
            this.take(Promise.resolve(file));
        }
        ev.target.value = "";
    }

    /** Send the photo that is being made for this step, and go on to the next one that is open. */
    take(making) {
        const { step } = this;
        const place = this.state.current;
        const taken_at = serializeDateTime(DateTime.now());
        const sent = making.then((blob) => {
            if (!blob) {
                // The device has no memory for it at this moment.
                return this.retake(place);
            }
            const { view, kind, area_id } = step;
            this.uploads.add(blob, { ...this.props.about, view, kind, area_id: area_id || false, taken_at });
            URL.revokeObjectURL(this.state.taken[place]);
            this.state.taken[place] = URL.createObjectURL(blob);
        });
        this.sending.push(sent.catch(() => this.retake(place)));
        this.state.taken[place] ||= "";
        this.goOn();
    }

    /** Go on to the next step that is open; after the last one close, once all photos were made. */
    async goOn() {
        const open = () => this.props.steps.findIndex((one, other) => !one.isTaken && !(other in this.state.taken));
        if (open() < 0) {
            this.isDone = true;
            await Promise.all(this.sending);
            this.isDone = open() < 0;
            if (this.isDone) {
                this.finish();
            }
        } else {
            this.state.current = open();
        }
    }

    /** The photo of a step could not be made: ask for it again. */
    retake(place) {
        if (!this.state.taken[place]) {
            delete this.state.taken[place];
        }
        this.state.current = place;
        this.notification.add(_t("The camera gave no picture. Take this photo again."), { type: "warning" });
    }

    /** Close; what was taken is being uploaded. */
    async finish() {
        await Promise.all(this.sending);
        this.props.close();
        this.props.onClosed?.();
    }
}
