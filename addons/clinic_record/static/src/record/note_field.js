import { registry } from "@web/core/registry";
import { HtmlField, htmlField } from "@html_editor/fields/html_field";

/** Text with headings and lists, without images or files: those would become attachments that others may open. */
export class NoteField extends HtmlField {
    getConfig() {
        return {
            ...super.getConfig(),
            dropImageAsAttachment: false,
            allowImage: false,
            allowFile: false,
            allowVideo: false,
            allowMediaDocuments: false,
        };
    }
}

registry.category("fields").add("clinic_note_text", { ...htmlField, component: NoteField });
