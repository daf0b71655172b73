import { Component, onMounted, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { InputDialog } from "@clinic_record/treatment/input_dialog";
import { _t } from "@web/core/l10n/translation";
import { PhotoThumb } from "../photo_thumb";
import { photoDay, photoSince } from "../photo_words";
import { ExportDialog } from "./export_dialog";
import { IDENTITY, align, remaining, zoomAt } from "./geometry";
import { loadPicture } from "./photo_image";
import { PhotoStage } from "./photo_stage";

const FILM_SECONDS = 1.1;
const STEP = 0.08;

/** The photos of a patient on a dark screen: one, two to four side by side, over each other, or as a film. */
export class PhotoViewer extends Component {
    static template = "clinic_photo.PhotoViewer";
    static components = { PhotoStage, PhotoThumb };
    static props = { model: Object, photos: Array, mode: String, close: Function };

    setup() {
        this.dialog = useService("dialog");
        this.root = useRef("root");
        this.photoDay = photoDay;
        this.model = useState(this.props.model);
        this.state = useState({
            mode: this.props.mode,
            photos: this.props.photos.slice(0, 4),
            slot: 0,
            view: IDENTITY,
            brightness: 1,
            grid: false,
            split: 0.5,
            onion: 0.5,
            frame: 0,
            isPlaying: this.props.mode === "film",
            tool: null,
            points: { first: [], second: [] },
            aligning: false,
            arrowFrom: null,
            isFull: false,
        });
        if (this.props.mode === "film") {
            this.state.photos = [this.film[0]];
        }
        onMounted(() => this.root.el.focus());
        this.timer = setInterval(() => this.tick(), FILM_SECONDS * 1000);
        onWillUnmount(() => {
            clearInterval(this.timer);
            if (document.fullscreenElement) {
                document.exitFullscreen().catch(() => {});
            }
        });
        useExternalListener(window, "keydown", (ev) => this.onKey(ev), { capture: true });
        useExternalListener(document, "fullscreenchange", () => {
            this.state.isFull = Boolean(document.fullscreenElement);
        });
    }

    // -- what is shown ------------------------------------------------------------------------------------------------

    get modes() {
        const several = this.state.photos.length > 1;
        return [
            { key: "single", icon: "fa-square-o", label: _t("One photo") },
            { key: "side", icon: "fa-columns", label: _t("Side by side") },
            { key: "slider", icon: "fa-arrows-h", label: _t("Slider") },
            { key: "onion", icon: "fa-clone", label: _t("Overlay") },
            { key: "film", icon: "fa-play", label: _t("Film") },
        ].filter((mode) => several || this.series.length > 1 || mode.key === "single");
    }

    get current() {
        return this.state.photos[this.state.slot] || this.state.photos[0];
    }

    get series() {
        return this.model.series(this.current);
    }

    get film() {
        return this.model.series(this.state.photos[0]);
    }

    get pair() {
        return this.state.photos.slice(0, 2);
    }

    get isPaired() {
        return this.state.photos.length > 1;
    }

    setMode(mode) {
        this.state.tool = null;
        this.stopAligning();
        if (mode !== "single" && mode !== "film" && !this.isPaired) {
            this.state.photos = this.model.pairOf(this.current);
        }
        if (mode === "film") {
            this.state.frame = 0;
            this.film.forEach((photo) => loadPicture(photo.uuid, "preview").catch(() => {}));
        }
        Object.assign(this.state, { mode, isPlaying: mode === "film", view: IDENTITY });
    }

    get stages() {
        const { mode, photos, split, onion } = this.state;
        if (mode === "film") {
            const photo = this.film[this.state.frame] || photos[0];
            return [{ key: "film", photo, layers: [{ key: photo.uuid, photo }] }];
        }
        if (mode === "single") {
            const photo = this.current;
            return [{ key: photo.uuid, photo, slot: this.state.slot, layers: [{ key: photo.uuid, photo }] }];
        }
        if (mode === "side") {
            return photos.map((photo, slot) => ({
                key: slot,
                slot,
                photo,
                layers: [{ key: photo.uuid, photo }],
            }));
        }
        const [first, second] = this.pair;
        const over = mode === "slider" ? { clip: split } : { opacity: onion };
        return [
            {
                key: "over",
                photo: first,
                layers: [
                    { key: first.uuid, photo: first },
                    { key: second.uuid, photo: second, alignment: this.alignment, ...over },
                ],
            },
        ];
    }

    since(photo) {
        const first = this.state.mode === "film" ? this.film[0] : this.state.photos[0];
        return photo === first ? "" : photoSince(first, photo);
    }

    captionOf(photo) {
        const kind = this.model.label("kind", photo.kind);
        return [kind, photo.area, this.model.label("view", photo.view), photo.treatment].filter(Boolean).join(" · ");
    }

    /** Put the photo into the stage that was tapped last. */
    choose(photo) {
        if (this.state.mode === "film") {
            this.state.frame = this.film.indexOf(photo);
            this.state.isPlaying = false;
            return;
        }
        this.stopAligning();
        const { photos, slot } = this.state;
        const other = photos.indexOf(photo);
        if (other >= 0) {
            // It is shown already: the two change places, as no photo is compared with itself.
            photos[other] = photos[slot];
        }
        photos[slot] = photo;
    }

    isShown(photo) {
        return this.state.mode === "film" ? this.film[this.state.frame] === photo : this.state.photos.includes(photo);
    }

    addStage() {
        const next = this.series.find((photo) => !this.state.photos.includes(photo));
        if (next && this.state.photos.length < 4) {
            this.state.photos.push(next);
            this.state.slot = this.state.photos.length - 1;
            this.state.mode = "side";
        }
    }

    get canAdd() {
        return (
            this.state.mode === "side" &&
            this.state.photos.length < 4 &&
            this.series.some((photo) => !this.state.photos.includes(photo))
        );
    }

    dropStage(slot) {
        this.state.photos.splice(slot, 1);
        this.state.slot = 0;
    }

    // -- film ---------------------------------------------------------------------------------------------------------

    tick() {
        if (this.state.mode === "film" && this.state.isPlaying) {
            this.go(1);
        }
    }

    go(step) {
        if (this.state.mode === "film") {
            const { length } = this.film;
            this.state.frame = (this.state.frame + step + length) % length;
        } else {
            const { series } = this;
            const place = series.indexOf(this.current) + step;
            if (series[place]) {
                this.choose(series[place]);
            }
        }
    }

    // -- alignment ----------------------------------------------------------------------------------------------------

    get alignment() {
        const points = this.model.pair(...this.pair)?.points;
        if (!points || this.state.aligning) {
            return null;
        }
        return this.alignmentOf(points);
    }

    alignmentOf(points) {
        const [first, second] = this.pair;
        return align(
            points.map((point) => [point.first_x, (point.first_y * first.height) / first.width]),
            points.map((point) => [point.second_x, (point.second_y * second.height) / second.width]),
        );
    }

    get difference() {
        const saved = this.model.pair(...this.pair);
        return saved && saved.remaining !== false ? saved.remaining : null;
    }

    startAligning() {
        const saved = this.model.pair(...this.pair)?.points || [];
        const [first, second] = this.pair;
        this.state.points = {
            first: saved.map((point) => [point.first_x, (point.first_y * first.height) / first.width]),
            second: saved.map((point) => [point.second_x, (point.second_y * second.height) / second.width]),
        };
        Object.assign(this.state, { aligning: true, mode: "side", view: IDENTITY, tool: null });
    }

    stopAligning() {
        this.state.aligning = false;
        this.state.points = { first: [], second: [] };
    }

    get aligned() {
        const { first, second } = this.state.points;
        return Math.min(first.length, second.length);
    }

    get liveDifference() {
        const { first, second } = this.state.points;
        const count = this.aligned;
        return count > 1 ? remaining(first.slice(0, count), second.slice(0, count)) : null;
    }

    get hint() {
        const { first, second } = this.state.points;
        if (first.length > second.length) {
            return _t("Now the same spot on the second photo.");
        }
        return this.aligned < 2
            ? _t("Tap a spot on the first photo that both show: the corner of an eye, a mole.")
            : _t("Another spot makes it more exact, or save.");
    }

    async saveAlignment() {
        const [first, second] = this.pair;
        const count = this.aligned;
        const points = [...Array(count).keys()].map((place) => ({
            first_x: this.state.points.first[place][0],
            first_y: (this.state.points.first[place][1] * first.width) / first.height,
            second_x: this.state.points.second[place][0],
            second_y: (this.state.points.second[place][1] * second.width) / second.height,
        }));
        await this.model.savePair(first, second, points);
        this.stopAligning();
        this.state.mode = "slider";
    }

    async forgetAlignment() {
        await this.model.savePair(...this.pair, []);
        this.stopAligning();
    }

    pointsOf(stage) {
        if (!this.state.aligning) {
            return [];
        }
        const name = stage.slot === 0 ? "first" : "second";
        return this.state.points[name].map(([x, y], place) => ({ x, y, number: place + 1 }));
    }

    onTap(stage, point) {
        if (stage.slot !== undefined) {
            this.state.slot = stage.slot;
        }
        if (this.state.aligning) {
            const { first, second } = this.state.points;
            const target = stage.slot === 0 ? first : second;
            if (stage.slot === 0 ? first.length === second.length : second.length < first.length) {
                target.push([point.x, point.y]);
            }
        } else if (this.state.tool) {
            this.mark(stage.photo, point);
        }
    }

    // -- marks --------------------------------------------------------------------------------------------------------

    get tools() {
        return [
            { key: "pin", icon: "fa-map-marker", label: _t("Pin") },
            { key: "arrow", icon: "fa-long-arrow-right", label: _t("Arrow") },
            { key: "text", icon: "fa-font", label: _t("Text") },
        ];
    }

    chooseTool(key) {
        this.state.tool = this.state.tool === key ? null : key;
        this.state.arrowFrom = null;
    }

    mark(photo, { x, share: y }) {
        const { tool, arrowFrom } = this.state;
        if (tool === "arrow" && !arrowFrom) {
            this.state.arrowFrom = { x, y };
        } else if (tool === "arrow") {
            this.state.arrowFrom = null;
            this.addMark(photo, { kind: "arrow", ...arrowFrom, to_x: x, to_y: y });
        } else {
            const title = tool === "pin" ? _t("Pin") : _t("Text");
            this.dialog.add(InputDialog, {
                title,
                label: tool === "pin" ? _t("Text of the pin (optional)") : _t("Text"),
                value: "",
                onConfirm: (text) => {
                    if (text || tool === "pin") {
                        this.addMark(photo, { kind: tool, x, y, text });
                    }
                },
            });
        }
    }

    addMark(photo, mark) {
        return this.saveMarks(photo, [...photo.marks, mark]);
    }

    async saveMarks(photo, marks) {
        try {
            await this.model.call("save_marks", [photo], [marks, photo.marks]);
            photo.marks = marks;
        } catch (error) {
            // Of somebody else: what is there now is shown.
            photo.marks = await this.model.marksOf(photo);
            throw error;
        }
    }

    takeBackMark() {
        const photo = this.current;
        return this.saveMarks(photo, photo.marks.slice(0, -1));
    }

    // -- the rest -----------------------------------------------------------------------------------------------------

    setView(view) {
        this.state.view = view;
    }

    zoom(factor) {
        this.state.view = zoomAt(this.state.view, factor, 0.5, 0.5);
    }

    pan(dx, dy) {
        const [a, b, e, f] = this.state.view;
        const kept = (value) => Math.min(0, Math.max(1 - a, value));
        this.state.view = [a, b, kept(e + dx), kept(f + dy)];
    }

    async toggleFull() {
        if (document.fullscreenElement) {
            await document.exitFullscreen();
        } else {
            // A browser that allows no full screen shows the photos in its window, as before.
            await this.root.el.requestFullscreen?.().catch(() => {});
        }
    }

    export() {
        const photos = this.state.mode === "single" ? [this.current] : [...this.state.photos];
        this.dialog.add(ExportDialog, { model: this.model, photos });
    }

    dragSplit(ev) {
        const stage = ev.currentTarget.closest(".o_clinic_stage").getBoundingClientRect();
        const move = (moved) => {
            this.state.split = Math.min(1, Math.max(0, (moved.clientX - stage.left) / stage.width));
        };
        const stop = () => {
            window.removeEventListener("pointermove", move);
            window.removeEventListener("pointerup", stop);
            window.removeEventListener("pointercancel", stop);
        };
        ev.preventDefault();
        window.addEventListener("pointermove", move);
        window.addEventListener("pointerup", stop);
        window.addEventListener("pointercancel", stop);
    }

    onKey(ev) {
        if (
            document.querySelector(".modal.show, .o_dialog") ||
            (["INPUT", "TEXTAREA", "SELECT"].includes(ev.target.tagName) && ev.target.type !== "range")
        ) {
            return;
        }
        const zoomed = this.state.view[0] > 1;
        const keys = {
            Escape: () => (this.state.aligning ? this.stopAligning() : this.props.close()),
            "+": () => this.zoom(1.25),
            "=": () => this.zoom(1.25),
            "-": () => this.zoom(0.8),
            0: () => (this.state.view = IDENTITY),
            g: () => (this.state.grid = !this.state.grid),
            f: () => this.toggleFull(),
            " ": () => this.state.mode === "film" && (this.state.isPlaying = !this.state.isPlaying),
            ArrowLeft: () => (zoomed ? this.pan(STEP, 0) : this.go(-1)),
            ArrowRight: () => (zoomed ? this.pan(-STEP, 0) : this.go(1)),
            ArrowUp: () => this.pan(0, STEP),
            ArrowDown: () => this.pan(0, -STEP),
        };
        if (keys[ev.key] && !ev.ctrlKey && !ev.metaKey && !ev.altKey) {
            ev.preventDefault();
            ev.stopPropagation();
            keys[ev.key]();
        }
    }
}
