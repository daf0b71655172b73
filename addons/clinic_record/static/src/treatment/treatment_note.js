import { Component, markup, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { MAIN_PLUGINS } from "@html_editor/plugin_sets";
import { Wysiwyg } from "@html_editor/wysiwyg";
import { UnsavedTrouble } from "@clinic/unsaved/unsaved_status";
import { useService } from "@web/core/utils/hooks";

const KEY = "note";

/** The draft being written: saved while it is typed, and signed at the end. */
class NoteEditor extends Component {
    static template = "clinic_record.NoteEditor";
    static components = { UnsavedTrouble, Wysiwyg };
    static props = { treatment: Object, unsaved: Object, onSave: Function, onReplace: Function };

    setup() {
        this.orm = useService("orm");
        this.editor = null;
        const { unsaved, treatment } = this.props;
        this.version = treatment.note.version;
        // The server keeps no HTML that it did not clean; what this tab has kept was typed here.
        this.content = unsaved.valueOf(KEY, treatment.note.draft);
        this.config = {
            content: markup(this.content),
            Plugins: MAIN_PLUGINS,
            // Photos are kept elsewhere.
            dropImageAsAttachment: false,
            allowImage: false,
            allowFile: false,
            allowVideo: false,
            allowMediaDocuments: false,
            onChange: () => this.onChange(),
        };
        // Only what is typed from now on is a change, not what the editor makes of the text.
        onMounted(() => {
            if (!unsaved.has(KEY)) {
                this.content = this.editor.getContent();
            }
        });
        onWillUnmount(unsaved.handle(KEY, (key, text, seen) => this.save(text, seen)));
    }

    onLoad(editor) {
        this.editor = editor;
    }

    onChange() {
        if (!this.editor || this.editor.isDestroyed) {
            return;
        }
        const content = this.editor.getContent();
        if (content !== this.content) {
            this.content = content;
            this.props.unsaved.enter(KEY, content, this.version);
        }
    }

    onLeave() {
        this.onChange();
        if (this.props.unsaved.has(KEY)) {
            this.props.unsaved.save(KEY);
        }
    }

    async save(text, seen) {
        const call = () =>
            this.orm.call("clinic.procedure", "keep_note_draft", [[this.props.treatment.id], text, seen]);
        // With the first words the note is no longer missing.
        const wasMissing = this.props.treatment.missing.some(({ key }) => key === "note");
        if (wasMissing) {
            await this.props.onSave(async () => (this.version = await call()));
        } else {
            this.version = await call();
        }
        return this.version;
    }

    /** Show the text of the other tab, from which is written on. */
    async takeTheirs() {
        await this.props.onSave(() => {});
        this.props.onReplace();
    }

    htmlOf(text) {
        // The server keeps no HTML that it did not clean.
        return markup(text || "");
    }

    async sign() {
        this.onChange();
        if (await this.props.unsaved.flush()) {
            const args = [[this.props.treatment.id]];
            this.props.onSave(() => this.orm.call("clinic.procedure", "action_sign_note", args));
        }
    }
}

/** The note: begun from the protocol's template with one tap. */
export class TreatmentNote extends Component {
    static template = "clinic_record.TreatmentNote";
    static components = { NoteEditor };
    static props = {
        treatment: Object,
        unsaved: Object,
        proposals: Object,
        onSave: Function,
        onLeaveOut: Function,
        "*": true,
    };

    setup() {
        this.orm = useService("orm");
        // Another number, another editor, with the text that the server has then.
        this.state = useState({ editor: 0 });
    }

    get note() {
        return this.props.treatment.note;
    }

    /** What was typed into a draft that is gone. */
    get unsavedNote() {
        return this.props.unsaved.has(KEY) && markup(this.props.unsaved.valueOf(KEY, ""));
    }

    /** The last session's note, which is proposed. */
    get proposed() {
        const { note } = this.props.proposals;
        // The server keeps no HTML that it did not clean.
        return note && { ...note, html: markup(note.text) };
    }

    replace() {
        this.state.editor++;
    }

    begin() {
        const args = [[this.props.treatment.id]];
        this.props.onSave(() => this.orm.call("clinic.procedure", "action_write_note", args));
    }
}
