import { Component, onWillStart, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { BodyMapCanvas } from "./body_map_canvas";
import { defaultsOf, pinOf, totalsOf } from "./body_map_pins";
import { BodyMapPopover } from "./body_map_popover";
import { KINDS, VIEWS, viewOf, within } from "./body_map_views";

const STEP = 0.005;
const BIG_STEP = 0.025;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** What the popover asks, in this order. */
const ASKED = ["product_id", "quantity", "uom_id", "depth", "kind", "area_id", "problem_id", "note"];

/** A place to the precision with which it is stored. */
const rounded = (number) => Math.round(number * 10000) / 10000;

/** The pins of a procedure on drawings of face and body: tap to set one, drag or arrow keys to move, tap to change. */
export class BodyMapField extends Component {
    static template = "clinic_record.BodyMapField";
    static components = { BodyMapCanvas };
    static props = { ...standardFieldProps, columns: { type: Array, optional: true } };
    static defaultProps = { columns: [] };

    setup() {
        this.orm = useService("orm");
        this.root = useRef("root");
        this.views = VIEWS;
        this.kinds = KINDS;
        this.state = useState({
            view: "face_front",
            kind: "injection",
            product: null,
            selectedId: null,
            openingId: null,
            moved: null,
            showPast: false,
            past: { date: false, pins: [] },
            products: [],
        });
        this.popover = usePopover(BodyMapPopover, {
            position: "right",
            closeOnClickAway: () => this.commitInputs(),
        });
        this.commitSoon = useDebounced(() => this.commitMove(), 300, { execBeforeUnmount: true });
        useBus(this.props.record.model.bus, "NEED_LOCAL_CHANGES", ({ detail }) => detail.proms.push(this.commitMove()));
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps(({ record }) => {
            if (record.resId !== this.props.record.resId) {
                return this.load(record.resId);
            }
        });
        // Once its pin has been drawn.
        useEffect(
            (id) => {
                if (id) {
                    this.state.openingId = null;
                    this.open(id);
                }
            },
            () => [this.state.openingId],
        );
    }

    async load(resId) {
        const { previous, products } = resId
            ? await this.orm.call("clinic.procedure", "load_body_map", [resId])
            : { previous: { date: false, pins: [] }, products: [] };
        const [first] = this.records.length ? this.records : [];
        const product = first?.data.product_id?.id || (previous.date && products[0]?.id) || null;
        Object.assign(this.state, {
            past: previous,
            products,
            product,
            selectedId: null,
            moved: null,
            view: first?.data.view || previous.pins[0]?.view || "face_front",
        });
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    get records() {
        return this.list.records.filter((record) => record.data.active);
    }

    get pins() {
        const { moved } = this.state;
        return this.records.map((record, index) => pinOf(record, index + 1, moved?.id === record.id ? moved : null));
    }

    get totals() {
        return totalsOf(this.records);
    }

    get products() {
        const known = new Map(this.state.products.map((product) => [product.id, product]));
        for (const { data } of this.records) {
            if (data.product_id && !known.has(data.product_id.id)) {
                known.set(data.product_id.id, data.product_id);
            }
        }
        return [...known.values()];
    }

    /** The product that the next pin gets: the one that was chosen, or that of the last pin. */
    get product() {
        const last = this.records.findLast(({ data }) => data.product_id);
        return this.state.product || last?.data.product_id.id || null;
    }

    get pastPins() {
        const { showPast, past, view } = this.state;
        return showPast
            ? past.pins.filter((pin) => pin.view === view).map((pin) => ({ ...pin, id: `past-${pin.id}` }))
            : [];
    }

    get pastLabel() {
        return _t("Map of %s", formatDate(deserializeDate(this.state.past.date)));
    }

    viewLabel(key) {
        return viewOf(key).label;
    }

    countOf(view) {
        return this.records.filter(({ data }) => data.view === view).length;
    }

    recordOf(id) {
        return this.records.find((record) => record.id === id);
    }

    // -- pins ---------------------------------------------------------------------------------------------------------

    async place(x, y) {
        this.popover.close();
        await this.commitMove();
        const { kind, view } = this.state;
        const { product } = this;
        const context = defaultsOf(this.records, { kind, productId: product, view, x, y });
        const record = await this.list.addNewRecord({ context, mode: "edit", position: "bottom" });
        this.state.selectedId = record.id;
        if (kind === "injection" && !product) {
            // Once the first product is chosen, the next pins are like it.
            this.state.openingId = record.id;
        }
    }

    placeInTheMiddle() {
        return this.place(0.5, 0.5);
    }

    async open(id, target) {
        const record = this.recordOf(id);
        if (!record) {
            return;
        }
        this.select(record);
        if (!this.props.readonly && !record.isInEdition) {
            await this.list.leaveEditMode({ canAbandon: false });
            await record.switchMode("edit");
        }
        this.popover.open(target || this.root.el.querySelector(`[data-pin="${id}"]`), {
            record,
            columns: ASKED.map((name) => this.props.columns.find((column) => column.name === name)).filter(Boolean),
            readonly: this.props.readonly,
            onRemove: () => this.remove(record),
        });
    }

    select(record) {
        this.state.selectedId = record.id;
        this.state.view = record.data.view;
        if (record.data.product_id) {
            this.state.product = record.data.product_id.id;
        }
    }

    /** Take over what is being typed into the popover before it closes. */
    commitInputs() {
        this.props.record.model.bus.trigger("NEED_LOCAL_CHANGES", { proms: [] });
        return true;
    }

    async move(id, x, y) {
        const record = this.recordOf(id);
        this.select(record);
        this.state.moved = { id, x, y };
        await this.commitMove();
    }

    async commitMove() {
        const { moved } = this.state;
        const record = moved && this.recordOf(moved.id);
        if (record) {
            await record.update({ x: rounded(moved.x), y: rounded(moved.y) });
        }
        if (this.state.moved === moved) {
            this.state.moved = null;
        }
    }

    async remove(record) {
        this.state.selectedId = null;
        this.state.moved = null;
        if (record.isNew) {
            await this.list.delete(record);
        } else {
            await record.update({ active: false });
        }
    }

    // -- keys ---------------------------------------------------------------------------------------------------------

    onKeydown(ev) {
        const id = ev.target.closest("[data-pin]")?.dataset.pin;
        const record = id && this.recordOf(id);
        if (!record) {
            return;
        }
        const readonly = this.props.readonly;
        if (ARROWS[ev.key] && !readonly) {
            this.moveByKey(record, ARROWS[ev.key], ev.shiftKey ? BIG_STEP : STEP);
        } else if (ev.key === "Delete" && !readonly) {
            this.remove(record);
        } else if (ev.key === "Enter" || ev.key === " ") {
            this.open(id, ev.target.closest("[data-pin]"));
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    moveByKey(record, [right, down], step) {
        const from = this.state.moved?.id === record.id ? this.state.moved : record.data;
        this.select(record);
        this.state.moved = {
            id: record.id,
            x: within(from.x + right * step, 0, 1),
            y: within(from.y + down * step, 0, 1),
        };
        this.commitSoon();
    }
}

export const bodyMapField = {
    component: BodyMapField,
    displayName: _t("Body map"),
    supportedTypes: ["one2many"],
    useSubView: true,
    extractProps: ({ views }) => ({ columns: Object.values(views?.list?.fieldNodes || {}) }),
};

registry.category("fields").add("clinic_body_map", bodyMapField);
