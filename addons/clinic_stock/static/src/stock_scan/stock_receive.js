import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { quantityText } from "./stock_scan_format";
import { useStockScan } from "./stock_scan_hook";
import { ScanMessage } from "./stock_scan_parts";

const MODEL = "clinic.stock.transfer";

/** What other branches have sent: one tap takes it into the store. */
export class StockReceive extends Component {
    static template = "clinic_stock.StockReceive";
    static components = { ScanMessage };
    static props = { onReceipts: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ receipts: [] });
        this.scanner = useStockScan(() => this.scanner.say("warning", _t("Take in what was sent with its button.")));
        this.quantityText = quantityText;
        onWillStart(() => this.load());
    }

    async load() {
        this.state.receipts = await this.orm.call(MODEL, "load_receipts");
        this.props.onReceipts(this.state.receipts.length);
    }

    receive(receipt) {
        return this.scanner.act(async () => {
            const { name } = await this.orm.call(MODEL, "receive", [receipt.id]);
            await this.load();
            this.scanner.say("success", _t("%s is in the store.", name), { open: () => this.open(receipt) });
        });
    }

    open({ id }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stock.picking",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}
