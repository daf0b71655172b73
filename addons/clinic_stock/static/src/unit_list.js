import { registry } from "@web/core/registry";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/** Below its columns, a list of several items has no sums of their quantities: U and ml are not added up. */
export class UnitListRenderer extends ListRenderer {
    computeAggregates() {
        const aggregates = super.computeAggregates();
        if (this.hasOneItem) {
            return aggregates;
        }
        const isQuantity = ([name]) => this.fields[name].type === "float";
        return Object.fromEntries(Object.entries(aggregates).filter((entry) => !isQuantity(entry)));
    }

    get hasOneItem() {
        const { list } = this.props;
        if (["product.product", "stock.lot"].includes(list.context.clinic_card_of)) {
            return true;
        }
        const records = list.selection.length ? list.selection : list.isGrouped ? [] : list.records;
        return new Set(records.map((record) => record.data.product_id?.id)).size === 1;
    }
}

registry.category("views").add("clinic_unit_list", { ...listView, Renderer: UnitListRenderer });
