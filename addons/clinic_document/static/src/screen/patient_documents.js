import { Component, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ReasonDialog } from "@clinic_photo/gallery/photo_dialogs";
import { dayText } from "@clinic_photo/photo_words";
import { uploadTargets } from "@clinic_photo/upload/photo_upload_service";
import { UploadDialog } from "./upload_dialog";

uploadTargets.add("document", { model: "clinic.document.upload", route: "/clinic/document/upload" });

// Several that come through together are one reading.
const PAUSE = 400;

/** All documents of a patient that the user may see, by kind and date; added, corrected, shared and deleted here. */
export class PatientDocuments extends Component {
    static template = "clinic_document.PatientDocuments";
    static path = "patient-documents";
    static displayName = _t("Documents");
    static components = { Dropdown, DropdownItem, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.uploads = useService("clinic_photo_upload");
        this.dayText = dayText;
        this.file = useRef("file");
        this.root = useRef("root");
        const { resId, action } = this.props;
        this.patientId = Number(resId || action.params?.patient_id || action.context?.active_id) || 0;
        this.state = useState({ data: null, deleted: false });
        useDropzone(
            this.root,
            (ev) => this.ask([...ev.dataTransfer.files]),
            "o_clinic_documents_drop",
            () => !this.state.deleted,
        );
        onWillStart(() => this.open());
        useBus(this.uploads.bus, "done", ({ detail }) => this.onUploaded(detail.about));
        onWillUnmount(() => clearTimeout(this.timer));
    }

    async open() {
        await this.load();
        this.patientId = this.data.patient.id;
        this.props.updateActionState?.({ resId: this.patientId });
        this.env.config.setDisplayName(_t("Documents: %s", this.data.patient.name));
    }

    async load(deleted = this.state.deleted) {
        const data = await this.orm.call("clinic.document.overview", "load", [this.patientId], { deleted });
        Object.assign(this.state, { data, deleted });
    }

    get data() {
        return this.state.data;
    }

    /** What stands below the title, e.g. "12 Mar 2024 · 3 pages · Dr Sana". */
    factsOf(row) {
        const pages = row.pages > 1 ? _t("%s pages", row.pages) : "";
        return [dayText(row.date), pages, row.author].filter(Boolean).join(" · ");
    }

    // -- adding -------------------------------------------------------------------------------------------------------

    onFiles(ev) {
        this.ask([...ev.target.files]);
        ev.target.value = "";
    }

    /** Ask what the files are, and send them in the background. */
    ask(files) {
        if (!files.length) {
            return;
        }
        const { kinds, today, clinical } = this.data;
        this.dialog.add(UploadDialog, {
            files,
            kinds,
            today,
            isBlind: !clinical,
            onConfirm: (entries) => {
                for (const { file, kind_id, name, date } of entries) {
                    const about = { patient_id: this.patientId, kind_id, name, date };
                    this.uploads.add(file, { target: "document", ...about });
                }
            },
        });
    }

    onUploaded(about) {
        if (about.patient_id !== this.patientId) {
            return;
        }
        const kind = this.data.kinds.find(({ id }) => id === about.kind_id);
        if (kind && !this.data.clinical && !kind.for_reception) {
            this.notification.add(_t("Filed: %s. Those who treat the patient see it.", kind.name), { type: "success" });
        }
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.load(), PAUSE);
    }

    // -- what is done with one ----------------------------------------------------------------------------------------

    edit(row) {
        this.dialog.add(FormViewDialog, {
            resModel: "clinic.document",
            resId: row.id,
            title: _t("Document"),
            canExpand: false,
            preventCreate: true,
            onRecordSaved: () => this.load(),
        });
    }

    async share(row) {
        await this.call("share_document", row, [!row.shared]);
        this.notification.add(
            row.shared ? _t("The patient does not see it any more.") : _t("The patient sees it on the portal now."),
            {
                type: "success",
            },
        );
    }

    remove(row) {
        this.dialog.add(ReasonDialog, {
            title: _t("Delete: %s", row.title),
            label: _t("Why is it deleted?"),
            placeholder: _t("e.g. Document of another patient"),
            confirmLabel: _t("Delete"),
            onConfirm: (reason) => this.call("delete_document", row, [reason]),
        });
    }

    restore(row) {
        return this.call("restore_document", row, []);
    }

    async call(method, row, args) {
        await this.orm.call("clinic.document", method, [[row.id], ...args]);
        await this.load();
    }

    openGallery() {
        return this.action.doAction("clinic_photo.clinic_photo_gallery_action", { props: { resId: this.patientId } });
    }
}

registry.category("actions").add("clinic_documents", PatientDocuments);
