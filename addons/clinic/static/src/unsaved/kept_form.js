import { onMounted } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { unsavedStore } from "./unsaved_store";

const [CREATE, UPDATE] = [0, 1];

/**
 * A form in a dialog whose entries are there again when the page was reloaded, or the dialog closed, before it was
 * saved; “Discard” is the only way to be rid of them.
 */
export class KeptFormController extends FormController {
    setup() {
        this.notification = useService("notification");
        super.setup();
        onMounted(() => this.restore());
    }

    /** Under which name the entries are kept: the form, its record, and whom a new one is about. */
    get keptName() {
        const { resModel, resId, context } = this.props;
        const about = [context.default_patient_id, context.default_procedure_id].map((id) => id || "");
        return ["form", resModel, resId || "new", ...about].join("/");
    }

    get modelParams() {
        const params = super.modelParams;
        const { config, hooks } = params;
        hooks.onRecordChanged = (record, changes) => this.keep(record, changes);
        if (!config.resId) {
            const kept = Object.entries(unsavedStore.read(this.keptName));
            const defaults = Object.fromEntries(kept.map(([name, value]) => [`default_${name}`, value]));
            config.context = { ...config.context, ...defaults };
        }
        return params;
    }

    keep(record, changes) {
        if (record === this.model.root && record.dirty) {
            unsavedStore.write(this.keptName, changes);
        }
    }

    /** A new record has been made of what was kept; to one that is there its lines are added. */
    async restore() {
        // The defaults were for this record, not for what is made when it is saved.
        this.model.config.context = this.props.context;
        const kept = unsavedStore.read(this.keptName);
        if (!Object.keys(kept).length) {
            return;
        }
        if (this.props.resId) {
            for (const [name, commands] of Object.entries(kept)) {
                await this.restoreLines(this.model.root.data[name], Array.isArray(commands) ? commands : []);
            }
        }
        this.notification.add(_t("What you had entered is here again. Save it, or discard it."), { type: "info" });
    }

    async restoreLines(list, commands) {
        for (const [command, id, values] of commands) {
            if (command === CREATE) {
                const defaults = Object.entries(values).map(([name, value]) => [`default_${name}`, value]);
                await list.addNewRecord({ context: Object.fromEntries(defaults), position: "bottom" });
            } else if (command === UPDATE) {
                const line = list.records.find((record) => record.resId === id);
                const plain = Object.entries(values).filter(([name]) => line?.fields[name].type !== "many2one");
                await line?.update(Object.fromEntries(plain));
            }
        }
    }

    async onRecordSaved(record, changes) {
        unsavedStore.write(this.keptName, {});
        return super.onRecordSaved(record, changes);
    }

    async discard() {
        unsavedStore.write(this.keptName, {});
        return super.discard(...arguments);
    }
}

registry.category("views").add("clinic_kept_form", { ...formView, Controller: KeptFormController });
