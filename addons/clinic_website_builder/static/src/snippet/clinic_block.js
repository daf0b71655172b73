import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { setElementContent } from "@web/core/utils/html";

import { markup } from "@odoo/owl";

/** A block of the clinic: asks for what is online at this moment, and leaves nothing of it in the page. */
export class ClinicBlock extends Interaction {
    static selector = ".s_clinic_block";
    dynamicContent = {
        _root: { "t-att-class": () => ({ s_clinic_empty: !this.isShown() }) },
    };

    setup() {
        this.html = "";
    }

    async willStart() {
        const { clinicBlock: kind, ...options } = this.el.dataset;
        try {
            this.html = await this.waitFor(rpc("/clinic_website_builder/block", { kind, options }, { silent: true }));
        } catch {
            // A page without this block is better than one with an error.
            this.html = "";
        }
    }

    start() {
        this.render();
    }

    destroy() {
        this.live?.replaceChildren();
    }

    get live() {
        return this.el.querySelector(".s_clinic_live");
    }

    isShown() {
        return Boolean(this.html);
    }

    render() {
        if (this.live) {
            // The server has made it, of texts that it has escaped.
            setElementContent(this.live, markup(this.html));
        }
    }
}

registry.category("public.interactions").add("clinic_website_builder.block", ClinicBlock);
