import { markRaw } from "@odoo/owl";
import { Reactive } from "@web/core/utils/reactive";
import { PhotoViewer } from "../viewer/photo_viewer";

/** The photos of a patient as the server has them; the viewer and the gallery share it. */
export class PhotoGalleryModel extends Reactive {
    constructor(orm, patientId) {
        super();
        this.orm = markRaw(orm);
        this.patientId = patientId;
        this.data = null;
        this.deleted = false;
    }

    async load(deleted = this.deleted) {
        this.data = await this.orm.call("clinic.photo.gallery", "load", [this.patientId], { deleted });
        this.deleted = deleted;
    }

    get photos() {
        return this.data.photos;
    }

    get pictures() {
        return this.photos.filter((photo) => photo.kind !== "document");
    }

    byUuid(uuid) {
        return this.photos.find((photo) => photo.uuid === uuid);
    }

    label(name, key) {
        return this.data.choices[name].find((choice) => choice.id === key)?.name || "";
    }

    /** Those that can be compared with `photo`: of the same view and area, the oldest first. */
    series(photo) {
        return this.pictures
            .filter((one) => one.view === photo.view && one.area_id === photo.area_id)
            .sort((one, other) => (one.taken_at < other.taken_at ? -1 : 1));
    }

    /** The first and the last of what shows the same as `photo`. */
    pairOf(photo) {
        const series = this.series(photo);
        return series.length > 1 ? [series[0], series.at(-1)] : [photo];
    }

    pair(first, second) {
        return this.data.pairs.find((pair) => pair.first === first.id && pair.second === second.id);
    }

    async savePair(first, second, points) {
        const remaining = await this.orm.call("clinic.photo.pair", "save", [first.id, second.id, points]);
        const others = this.data.pairs.filter((pair) => pair.first !== first.id || pair.second !== second.id);
        const pair = { first: first.id, second: second.id, points, remaining };
        this.data.pairs = points.length ? [...others, pair] : others;
        return remaining;
    }

    async marksOf(photo) {
        const [row] = await this.orm.read("clinic.photo", [photo.id], ["marks"]);
        return row?.marks || [];
    }

    call(method, photos, args) {
        return this.orm.call("clinic.photo", method, [photos.map((photo) => photo.id), ...args]);
    }
}

/** Open the viewer on these photos; `patientId` may be missing where one of the photos is known. */
export async function openPhotos({ orm, overlay }, patientId, uuids, options = {}) {
    let id = patientId;
    if (!id) {
        const [found] = await orm.searchRead("clinic.photo", [["uuid", "=", uuids[0]]], ["patient_id"], { limit: 1 });
        id = found?.patient_id[0];
    }
    if (!id) {
        return;
    }
    const model = options.model || new PhotoGalleryModel(orm, id);
    if (!model.data) {
        await model.load();
    }
    const photos = uuids.map((uuid) => model.byUuid(uuid)).filter(Boolean);
    if (!photos.length) {
        return;
    }
    const remove = overlay.add(PhotoViewer, {
        model,
        photos,
        mode: options.mode || (photos.length > 1 ? "side" : "single"),
        close: () => remove(),
    });
}
