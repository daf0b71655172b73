import { Component, onWillUnmount, useRef } from "@odoo/owl";
import { patientCardEntryParts } from "@clinic_record/patient_card/patient_card_entry";
import { patientCardSections } from "@clinic_record/patient_card/patient_card_sections";
import { treatmentSections } from "@clinic_record/treatment/treatment_sections";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { GuidedCamera } from "../capture/guided_camera";
import { openPhotos } from "../gallery/photo_gallery_model";
import { PhotoThumb } from "../photo_thumb";
import { ghostOf, photoDay, photoSince } from "../photo_words";

/** The newest pair of an area: before and after, one tap away from the comparison. */
export class PatientCardPhotos extends Component {
    static template = "clinic_photo.PatientCardPhotos";
    static components = { PhotoThumb };
    static props = { card: Object, "*": true };

    setup() {
        this.action = useService("action");
        this.services = { orm: useService("orm"), overlay: useService("overlay") };
        this.photoDay = photoDay;
        this.photoSince = photoSince;
    }

    get photos() {
        return this.props.card.photos;
    }

    compare(pair) {
        const uuids = pair.single ? [pair.last.uuid] : [pair.first.uuid, pair.last.uuid];
        return openPhotos(this.services, this.props.card.patient.id, uuids);
    }

    openAll() {
        this.action.doAction("clinic_photo.clinic_photo_gallery_action", {
            additionalContext: { active_id: this.props.card.patient.id },
        });
    }
}

patientCardSections.add(
    "photos",
    { Component: PatientCardPhotos, place: "top", isShown: (card) => Boolean(card.photos) },
    { sequence: 20 },
);

/** The photos of an entry of the history. */
export class EntryPhotos extends Component {
    static template = "clinic_photo.EntryPhotos";
    static components = { PhotoThumb };
    static props = { entry: Object };

    setup() {
        this.services = { orm: useService("orm"), overlay: useService("overlay") };
    }

    get photos() {
        return this.props.entry.photos || [];
    }

    open(photo) {
        return openPhotos(this.services, null, [photo.uuid]);
    }
}

patientCardEntryParts.add("photos", { Component: EntryPhotos }, { sequence: 90 });

/** The photos of this treatment: what the protocol asks for, what was taken, what is missing. */
export class TreatmentPhotos extends Component {
    static template = "clinic_photo.TreatmentPhotos";
    static components = { PhotoThumb };
    static props = { treatment: Object, onSave: Function, "*": true };

    setup() {
        this.uploads = useService("clinic_photo_upload");
        this.overlay = useService("overlay");
        this.orm = useService("orm");
        this.services = { orm: this.orm, overlay: this.overlay };
        this.file = useRef("file");
        useBus(this.uploads.bus, "done", ({ detail }) => {
            if (detail.about.procedure_id === this.props.treatment.id) {
                this.later();
            }
        });
        onWillUnmount(() => clearTimeout(this.timer));
    }

    /** Read the treatment again once, when several photos come through together. */
    later() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.props.onSave(() => Promise.resolve(), true), 400);
    }

    get photos() {
        return this.props.treatment.photos;
    }

    get about() {
        return { patient_id: this.photos.patient_id, procedure_id: this.props.treatment.id };
    }

    /** The kind of photos that is taken now: what is missing first, in the protocol's order. */
    get kind() {
        return this.photos.plan.find((line) => !line.photo)?.kind || "after";
    }

    get steps() {
        const { plan, standard_views, others } = this.photos;
        const lines = plan.filter((line) => line.kind === this.kind);
        if (lines.length) {
            return lines.map((line) => ({ ...line, isTaken: Boolean(line.photo) }));
        }
        // The protocol asks for none, or for none after the treatment.
        const hasBefore = [...plan.map((line) => line.photo), ...others].some((photo) => photo?.kind === "before");
        return standard_views.map((view) => ({ view, kind: hasBefore ? "after" : "before", label: VIEW_LABELS[view] }));
    }

    get kindLabel() {
        return { before: _t("Take Before Photos"), after: _t("Take After Photos"), during: _t("Take Photos") }[
            this.steps[0]?.kind || "before"
        ];
    }

    async takePhotos() {
        const ghosts = await this.orm.call("clinic.photo.gallery", "ghosts", [
            this.photos.patient_id,
            this.props.treatment.id,
        ]);
        const steps = this.steps.map((step) => ({ ...step, ghost: ghostOf(ghosts, step.view, step.area_id) }));
        const remove = this.overlay.add(GuidedCamera, { steps, about: this.about, close: () => remove() });
    }

    onFiles(ev) {
        const files = [...ev.target.files];
        const open = this.steps.filter((step) => !step.isTaken);
        files.forEach((file, place) => {
            const step = open[Math.min(place, open.length - 1)] || this.steps.at(-1);
            const { view, kind, area_id } = step;
            this.uploads.add(file, { ...this.about, view, kind, area_id: area_id || false });
        });
        ev.target.value = "";
    }

    open(photo) {
        return openPhotos(this.services, this.photos.patient_id, [photo.uuid]);
    }
}

const VIEW_LABELS = {
    front: _t("Front"),
    right_45: _t("Right 45°"),
    left_45: _t("Left 45°"),
    right_90: _t("Right side"),
    left_90: _t("Left side"),
    area: _t("Close-up"),
};

treatmentSections.add(
    "photos",
    { Component: TreatmentPhotos, isShown: (treatment) => Boolean(treatment.photos) },
    { sequence: 30 },
);
