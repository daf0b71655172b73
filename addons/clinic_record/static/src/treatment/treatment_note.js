import { Component, markup, onWillUnmount } from "@odoo/owl";
import { MAIN_PLUGINS } from "@html_editor/plugin_sets";
import { Wysiwyg } from "@html_editor/wysiwyg";
import { useService } from "@web/core/utils/hooks";

/** The draft being written; kept on the server when it is left, and signed at the end. */
class NoteEditor extends Component {
    static template = "clinic_record.NoteEditor";
    static components = { Wysiwyg };
    static props = { treatment: Object, onSave: Function, onFlush: Function };

    setup() {
        this.orm = useService("orm");
        this.editor = null;
        this.saved = this.props.treatment.note.draft;
        this.config = { content: markup(this.saved), Plugins: MAIN_PLUGINS };
        // Finishing signs what is written at that moment.
        onWillUnmount(this.props.onFlush(() => this.keep()));
    }

    /** Keep the draft, if it has changed. */
    async keep() {
        const content = this.editor && !this.editor.isDestroyed ? this.editor.getContent() : this.saved;
        if (content !== this.saved) {
            this.saved = content;
            await this.orm.write("clinic.procedure", [this.props.treatment.id], { note_draft: content });
        }
    }

    async sign() {
        await this.keep();
        const args = [[this.props.treatment.id]];
        this.props.onSave(() => this.orm.call("clinic.procedure", "action_sign_note", args));
    }

    onLoad(editor) {
        this.editor = editor;
    }
}

/** The note: begun from the protocol's template with one tap. */
export class TreatmentNote extends Component {
    static template = "clinic_record.TreatmentNote";
    static components = { NoteEditor };
    static props = { treatment: Object, onSave: Function, onFlush: Function };

    setup() {
        this.orm = useService("orm");
    }

    get note() {
        return this.props.treatment.note;
    }

    begin() {
        const args = [[this.props.treatment.id]];
        this.props.onSave(() => this.orm.call("clinic.procedure", "action_write_note", args));
    }
}
