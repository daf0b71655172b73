import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { useAutofocus } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { kindOf, titleOf } from "../document_words";

const MEGABYTE = 1024 * 1024;
// As in clinic_photo's const.py.
const MOST_BYTES = 25 * MEGABYTE;

/** Asks of each file what it is: a kind and a title are proposed by its name. */
export class UploadDialog extends Component {
    static template = "clinic_document.UploadDialog";
    static components = { DateTimeInput, Dialog };
    static props = {
        files: Array,
        kinds: Array,
        today: String,
        // Whether the user will not see all that is added.
        isBlind: Boolean,
        onConfirm: Function,
        close: Function,
    };

    setup() {
        const today = deserializeDate(this.props.today);
        this.today = today;
        // What was proposed is mostly right: Enter sends it.
        useAutofocus({ refName: "send", mobile: true });
        this.state = useState({
            entries: this.props.files.map((file, number) => ({
                number,
                fileName: file.name,
                kind_id: kindOf(this.props.kinds, file.name)?.id,
                name: titleOf(file.name),
                date: today,
                isTooLarge: file.size > MOST_BYTES,
                isEmpty: !file.size,
            })),
        });
    }

    get fitting() {
        return this.state.entries.filter((entry) => !entry.isTooLarge && !entry.isEmpty);
    }

    sizeOf(entry) {
        const size = this.props.files[entry.number].size / MEGABYTE;
        return formatFloat(Math.max(size, 0.1), { digits: [16, 1] });
    }

    isUnseen(entry) {
        return this.props.isBlind && !this.props.kinds.find((kind) => kind.id === entry.kind_id)?.for_reception;
    }

    leaveOut(entry) {
        this.state.entries = this.state.entries.filter((one) => one !== entry);
        if (!this.state.entries.length) {
            this.props.close();
        }
    }

    confirm() {
        this.props.onConfirm(
            this.fitting.map(({ number, kind_id, name, date }) => ({
                file: this.props.files[number],
                kind_id,
                name,
                date: serializeDate(date || this.today),
            })),
        );
        this.props.close();
    }
}
