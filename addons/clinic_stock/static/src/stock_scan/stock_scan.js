import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { StockCount } from "./stock_count";
import { StockReceive } from "./stock_receive";
import { StockTransfer } from "./stock_transfer";

const MODES = [
    { name: "count", label: _t("Count"), icon: "fa-list-ol" },
    { name: "transfer", label: _t("Transfer"), icon: "fa-exchange" },
    { name: "receive", label: _t("Receive"), icon: "fa-sign-in" },
];

/** Counting and transferring with a scanner, in the hand first. */
export class ClinicStockScan extends Component {
    static template = "clinic_stock.StockScan";
    static components = { Layout, StockCount, StockReceive, StockTransfer };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        // Who shares a phone has a choice of one's own, in each branch.
        this.storageKey = `clinic_stock.scan.${user.userId}.${user.activeCompany.id}`;
        const stored = JSON.parse(browser.localStorage.getItem(this.storageKey) || "{}");
        this.choice = { mode: "count", count: {}, transfer: {}, ...stored };
        // Where something leads here, it says to which of them.
        this.pickingId = this.props.action.context?.clinic_receive || null;
        this.state = useState({ mode: this.pickingId ? "receive" : this.choice.mode, receipts: null });
        this.modes = MODES;
        onWillStart(() => this.start());
    }

    async start() {
        this.state.receipts = await this.orm.call("clinic.stock.transfer", "count_receipts");
    }

    show(mode) {
        this.state.mode = mode;
        this.store({ mode });
    }

    store(choice) {
        Object.assign(this.choice, choice);
        browser.localStorage.setItem(this.storageKey, JSON.stringify(this.choice));
    }

    setReceipts(receipts) {
        this.state.receipts = receipts;
    }
}

registry.category("actions").add("clinic_stock_scan", ClinicStockScan);
