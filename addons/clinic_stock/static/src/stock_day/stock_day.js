import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { isolated, timeText } from "@clinic_visit/board/board_format";
import { differenceText } from "../stock_scan/stock_scan_format";

/** The home of those who keep the stock: what is to be done today, and nothing else. */
export class ClinicStockDay extends Component {
    static template = "clinic_stock.StockDay";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ day: null });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.day = await this.orm.call("clinic.stock.day", "load", []);
    }

    get sections() {
        return this.state.day.sections;
    }

    amountOf({ quantity, unit, is_difference }) {
        if (quantity === undefined) {
            return "";
        }
        const text = is_difference ? differenceText(quantity) : formatFloat(quantity, { trailingZeros: false });
        return isolated(`${text} ${unit}`);
    }

    detailOf({ detail, least, unit }) {
        return least === undefined ? detail : _t("below %s", this.amountOf({ quantity: least, unit }));
    }

    whenOf({ moment, day }) {
        if (day) {
            return formatDate(deserializeDate(day));
        }
        if (!moment) {
            return "";
        }
        const when = deserializeDateTime(moment);
        return when.hasSame(luxon.DateTime.now(), "day") ? timeText(when) : formatDate(when);
    }

    openAll({ action, context }) {
        return this.action.doAction(action, { additionalContext: context });
    }

    /** Open what the row is about: of a gap, its document, or where it is mended if that is not for the user. */
    async open(row) {
        if (row.model === "clinic.discrepancy") {
            const document = await this.orm.call(row.model, "action_open_document", [[row.id]]);
            return document ? this.action.doAction(document) : this.press(row);
        }
        if (row.open) {
            return this.openAll(row.open);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    /** Do what the row's button says, and show the day as it is then, unless a page has taken its place. */
    async press(row) {
        const next = await this.orm.call(row.model, row.button.method, [[row.id]]);
        if (!next?.type || next.tag === "soft_reload") {
            return this.load();
        }
        if (next.tag === "display_notification") {
            await this.action.doAction(next);
            return this.load();
        }
        // A dialog loads the day when it is closed.
        return this.action.doAction(next, { onClose: () => this.load() });
    }
}

registry.category("actions").add("clinic_stock_day", ClinicStockDay);
