import { Component, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { GuidedCamera } from "../capture/guided_camera";
import { PhotoThumb } from "../photo_thumb";
import { dayText, ghostOf, photoDay } from "../photo_words";
import { PhotoDetailsDialog, ReasonDialog } from "./photo_dialogs";
import { PhotoGalleryModel, openPhotos } from "./photo_gallery_model";

const { DateTime } = luxon;

/** All photos of a patient by day, with filters; any two to four of them are compared with one tap more. */
export class PhotoGallery extends Component {
    static template = "clinic_photo.PhotoGallery";
    static path = "patient-photos";
    static displayName = _t("Photos");
    static components = { Layout, PhotoThumb };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.overlay = useService("overlay");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.uploads = useService("clinic_photo_upload");
        this.file = useRef("file");
        this.photoDay = photoDay;
        this.dayText = dayText;
        const { resId, action } = this.props;
        const patientId = Number(resId || action.params?.patient_id || action.context?.active_id) || 0;
        this.model = useState(new PhotoGalleryModel(this.orm, patientId));
        this.state = useState({ filters: {}, chosen: [], uses: false });
        onWillStart(() => this.open());
        useBus(this.uploads.bus, "done", ({ detail }) => {
            if (detail.about.patient_id === this.model.patientId) {
                clearTimeout(this.timer);
                this.timer = setTimeout(() => this.model.load(), 400);
            }
        });
        onWillUnmount(() => clearTimeout(this.timer));
    }

    async open() {
        await this.model.load();
        this.model.patientId = this.data.patient.id;
        this.props.updateActionState?.({ resId: this.model.patientId });
        const { name } = this.data.patient;
        this.env.config.setDisplayName(this.isClinical ? _t("Photos: %s", name) : _t("Documents: %s", name));
    }

    get data() {
        return this.model.data;
    }

    get isClinical() {
        return this.data.clinical;
    }

    // -- what is shown ------------------------------------------------------------------------------------------------

    get shown() {
        const filters = Object.entries(this.state.filters).filter(([, value]) => value);
        return this.model.photos.filter((photo) => filters.every(([name, value]) => photo[name] === value));
    }

    /** [{day, treatment, photos}], the newest first. */
    get days() {
        const days = new Map();
        for (const photo of this.shown) {
            const key = `${photo.day} ${photo.treatment_id || ""}`;
            if (!days.has(key)) {
                days.set(key, { key, day: photoDay(photo), treatment: photo.treatment, photos: [] });
            }
            days.get(key).photos.push(photo);
        }
        return [...days.values()];
    }

    /** Only what distinguishes photos is worth a filter. */
    get filters() {
        const options = (name, label) => {
            const found = new Map();
            for (const photo of this.model.photos) {
                if (photo[name]) {
                    found.set(
                        photo[name],
                        name === "view" || name === "kind"
                            ? this.model.label(name, photo[name])
                            : photo[name.replace("_id", "")],
                    );
                }
            }
            return { name, label, options: [...found].map(([id, text]) => ({ id, text })) };
        };
        return [
            options("treatment_id", _t("All treatments")),
            options("area_id", _t("All areas")),
            options("view", _t("All views")),
            options("kind", _t("Before and after")),
        ].filter((filter) => filter.options.length > 1);
    }

    setFilter(filter, ev) {
        const found = filter.options.find((option) => String(option.id) === ev.target.value);
        this.state.filters[filter.name] = found ? found.id : null;
    }

    titleOf(photo) {
        return [this.model.label("view", photo.view), photo.area, this.model.label("kind", photo.kind)]
            .filter(Boolean)
            .join(" · ");
    }

    // -- choosing and opening -----------------------------------------------------------------------------------------

    isChosen(photo) {
        return this.state.chosen.includes(photo.uuid);
    }

    choose(photo) {
        const { chosen } = this.state;
        const place = chosen.indexOf(photo.uuid);
        if (place >= 0) {
            chosen.splice(place, 1);
        } else {
            chosen.push(photo.uuid);
        }
    }

    get chosenPhotos() {
        return this.state.chosen.map((uuid) => this.model.byUuid(uuid)).filter(Boolean);
    }

    show(photo) {
        return this.openViewer([photo], "single");
    }

    /** What was chosen, the oldest first; else the first and the last of what is shown most. */
    compare() {
        let photos = this.chosenPhotos.filter((photo) => photo.kind !== "document").slice(0, 4);
        if (photos.length < 2) {
            photos = this.model.pairOf(photos[0] || this.longestSeries()[0]);
        }
        return this.openViewer(
            [...photos].sort((one, other) => (one.taken_at < other.taken_at ? -1 : 1)),
            "side",
        );
    }

    film() {
        const chosen = this.chosenPhotos.find((photo) => photo.kind !== "document");
        return this.openViewer([chosen || this.longestSeries()[0]], "film");
    }

    longestSeries() {
        const pictures = this.shown.filter((photo) => photo.kind !== "document");
        return pictures.map((photo) => this.model.series(photo)).sort((one, other) => other.length - one.length)[0];
    }

    get canCompare() {
        return this.isClinical && (this.longestSeries() || []).length > 1;
    }

    openViewer(photos, mode) {
        const uuids = photos.map((photo) => photo.uuid);
        return openPhotos({ orm: this.orm, overlay: this.overlay }, this.model.patientId, uuids, {
            model: this.model,
            mode,
        });
    }

    // -- adding -------------------------------------------------------------------------------------------------------

    async takePhotos() {
        const { standard_views } = this.data.choices;
        const ghosts = await this.orm.call("clinic.photo.gallery", "ghosts", [this.model.patientId]);
        const { kind } = this;
        const steps = standard_views.map((view) => ({
            view,
            kind,
            label: this.model.label("view", view),
            ghost: ghostOf(ghosts, view),
        }));
        const { about } = this;
        const remove = this.overlay.add(GuidedCamera, { steps, about, close: () => remove() });
    }

    /** What is most likely taken now; it can be changed afterwards. */
    get kind() {
        return this.model.pictures.length ? "after" : "before";
    }

    get about() {
        return { patient_id: this.model.patientId, procedure_id: this.data.procedure_id };
    }

    chooseFiles(isDocument) {
        this.isDocument = isDocument;
        this.file.el.click();
    }

    onFiles(ev) {
        const kind = this.isClinical && !this.isDocument ? this.kind : "document";
        for (const file of ev.target.files) {
            const taken = file.lastModified ? DateTime.fromMillis(file.lastModified) : DateTime.now();
            this.uploads.add(file, {
                ...this.about,
                view: kind === "document" ? "area" : "front",
                kind,
                taken_at: serializeDateTime(taken),
            });
        }
        ev.target.value = "";
    }

    // -- uses, portal, deleting ---------------------------------------------------------------------------------------

    /** Record a decision about all photos, or about those that were chosen. */
    decide(use, granted, photos = []) {
        const label = photos.length
            ? _t("How did the patient say so, about these %s photos?", photos.length)
            : _t("How did the patient say so, about all photos?");
        const ids = photos.length ? photos.map((photo) => photo.id) : null;
        this.ask({
            title: granted ? _t("Permit: %s", use.label) : _t("Withdraw: %s", use.label),
            label,
            placeholder: granted ? _t("e.g. Form signed today") : _t("e.g. Said so by phone"),
            confirmLabel: granted ? _t("Permit") : _t("Withdraw"),
            hasUntil: granted,
            onConfirm: async (evidence, until) => {
                const args = [this.model.patientId, use.use, granted, evidence, ids, until];
                await this.orm.silent.call("clinic.photo.permission", "decide", args);
                await this.model.load();
            },
        });
    }

    usesOf(use, photos) {
        return photos.filter((photo) => photo.uses.includes(use.use)).length;
    }

    ask(props) {
        this.dialog.add(ReasonDialog, props);
    }

    /** Correct what the chosen photos show. */
    change() {
        const photos = this.chosenPhotos;
        this.dialog.add(PhotoDetailsDialog, {
            photos,
            choices: this.data.choices,
            onConfirm: async (values) => {
                if (Object.keys(values).length) {
                    const ids = photos.map((photo) => photo.id);
                    await this.orm.silent.write("clinic.photo", ids, values);
                }
                await this.refresh();
            },
        });
    }

    get hasMixedChoice() {
        return new Set(this.chosenPhotos.map((photo) => photo.kind === "document")).size > 1;
    }

    async share(shared) {
        await this.model.call("share_photo", this.chosenPhotos, [shared]);
        this.notification.add(
            shared ? _t("The patient sees these photos on the portal now.") : _t("They are off the portal."),
            { type: "success" },
        );
        await this.refresh();
    }

    remove() {
        const photos = this.chosenPhotos;
        this.ask({
            title: _t("Delete Photos"),
            label: _t("Why are they deleted?"),
            placeholder: _t("e.g. Photo of another patient"),
            confirmLabel: _t("Delete"),
            onConfirm: async (reason) => {
                await this.model.call("delete_photo", photos, [reason]);
                await this.refresh();
            },
        });
    }

    async restore() {
        await this.model.call("restore_photo", this.chosenPhotos, []);
        await this.refresh();
    }

    async refresh() {
        await this.model.load();
        this.state.chosen = [];
    }

    async toggleDeleted() {
        this.state.chosen = [];
        await this.model.load(!this.model.deleted);
    }
}

registry.category("actions").add("clinic_photo_gallery", PhotoGallery);
