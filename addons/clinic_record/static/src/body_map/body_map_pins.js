import { formatFloat } from "@web/core/utils/numbers";
import { KINDS, viewOf } from "./body_map_views";

export function formatQuantity(quantity) {
    return formatFloat(quantity, { digits: [16, 3], trailingZeros: false });
}

/** Return what the body map shows of `record`, the `number`th pin. */
export function pinOf(record, number, moved) {
    const { data } = record;
    const quantity = data.product_id ? formatQuantity(data.quantity) : "";
    const unit = data.uom_id?.display_name || "";
    const kind = KINDS.find(({ key }) => key === data.kind)?.label || "";
    const area = data.area_id?.display_name || viewOf(data.view).label;
    const amount = data.product_id ? `${quantity} ${unit}`.trim() : "";
    return {
        id: record.id,
        number,
        view: data.view,
        x: moved?.x ?? data.x,
        y: moved?.y ?? data.y,
        kind: data.kind,
        text: quantity || String(number),
        area,
        details: [data.product_id?.display_name, amount].filter(Boolean).join(", "),
        title: [`${number}: ${kind}`, area, data.product_id?.display_name, amount].filter(Boolean).join(", "),
    };
}

/** Return how much of each product the pins `records` say, by unit. */
export function totalsOf(records) {
    const totals = new Map();
    for (const { data } of records) {
        if (data.product_id) {
            const key = `${data.product_id.id}-${data.uom_id?.id}`;
            const total = totals.get(key) || {
                key,
                product: data.product_id.display_name,
                unit: data.uom_id?.display_name || "",
                quantity: 0,
                pins: 0,
            };
            total.quantity += data.quantity;
            total.pins += 1;
            totals.set(key, total);
        }
    }
    return [...totals.values()].map((total) => ({
        ...total,
        quantity: formatQuantity(total.quantity),
    }));
}

/** Return the context by which the next pin of `kind` at this place is like the one set last. */
export function defaultsOf(records, { kind, productId, view, x, y }) {
    const context = { default_view: view, default_x: x, default_y: y, default_kind: kind };
    if (kind !== "injection" || !productId) {
        return context;
    }
    const last = records.findLast(({ data }) => data.product_id?.id === productId);
    return {
        ...context,
        default_product_id: productId,
        default_quantity: last?.data.quantity || 1,
        default_depth: last?.data.depth || false,
        ...(last?.data.uom_id ? { default_uom_id: last.data.uom_id.id } : {}),
    };
}
