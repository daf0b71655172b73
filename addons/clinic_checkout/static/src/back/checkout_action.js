import { Component, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** The checkout screen, whose code comes to the browser when it is opened for the first time. */
export class CheckoutAction extends Component {
    static template = xml`
        <LazyComponent bundle="'clinic_checkout.assets_checkout'" Component="'ClinicCheckout'" props="props"/>`;
    static components = { LazyComponent };
    static props = { ...standardActionServiceProps };
}

registry.category("actions").add("clinic_checkout", CheckoutAction);
