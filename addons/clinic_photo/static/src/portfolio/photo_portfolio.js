import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { PhotoThumb } from "../photo_thumb";

/** Photos that may be shown in marketing, by series: what was treated, without names. */
export class PhotoPortfolio extends Component {
    static template = "clinic_photo.PhotoPortfolio";
    static path = "clinic-portfolio";
    static displayName = _t("Portfolio");
    static components = { Layout, PhotoThumb };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ series: [], hasMore: false, choices: {}, filters: {}, frames: {} });
        onWillStart(() => this.load());
    }

    async load(offset = 0) {
        const filters = Object.fromEntries(Object.entries(this.state.filters).filter(([, id]) => id));
        const found = await this.orm.call("clinic.photo.portfolio", "load", [filters, offset]);
        this.state.series = offset ? [...this.state.series, ...found.series] : found.series;
        this.state.hasMore = found.has_more;
        // They come with the first page.
        this.state.choices = found.choices || this.state.choices;
    }

    get filters() {
        return [
            { name: "treatment_id", label: _t("All treatments") },
            { name: "area_id", label: _t("All areas") },
        ].filter(({ name }) => (this.state.choices[name] || []).length > 1);
    }

    filter(name, ev) {
        this.state.filters[name] = Number(ev.target.value) || null;
        return this.load();
    }

    last(series) {
        return series.photos[this.state.frames[series.key] ?? series.photos.length - 1];
    }

    show(series, place) {
        this.state.frames[series.key] = place;
    }

    titleOf(series) {
        return [series.treatment, series.area, series.view].filter(Boolean).join(" · ");
    }

    weekOf(photo) {
        return photo.week ? _t("After %s weeks", photo.week) : _t("Before");
    }
}

registry.category("actions").add("clinic_photo_portfolio", PhotoPortfolio);
