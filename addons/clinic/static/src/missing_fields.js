import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { Record } from "@web/model/relational_model/record";
import { toRaw } from "@odoo/owl";

/** Odoo says that required fields are missing; this says which. */
patch(Record.prototype, {
    _displayInvalidFieldNotification() {
        const names = [...toRaw(this._invalidFields)].map((name) => this.fields[name]?.string || name);
        if (!names.length) {
            return super._displayInvalidFieldNotification();
        }
        return this.model.notification.add(_t("Fill in or correct: %s", names.join(", ")), { type: "danger" });
    },
});
