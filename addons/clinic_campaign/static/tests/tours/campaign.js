import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A manager chooses the patients and draws the recipients. */
tours.add("clinic_campaign_draw", {
    steps: () => [
        { content: "a new segment", trigger: ".o_list_button_add", run: "click" },
        { content: "its name", trigger: "[name=name] input", run: "edit Women of twenty" },
        { content: "whom it finds", trigger: "[name=sex] input", run: "click" },
        { content: "women", trigger: '.o_select_menu_item:contains("Female")', run: "click" },
        { content: "they are chosen", trigger: "[name=sex] input:value(Female)" },
        { content: "kept", trigger: ".o_form_button_save", run: "click" },
        { content: "saved", trigger: ".o_form_saved" },
        { content: "so many", trigger: '[name=patient_count]:contains("2")' },
        { content: "a campaign for them", trigger: "button[name=action_campaign]", run: "click" },
        { content: "it opens", trigger: "[name=control_percent] input" },
        { content: "its name, which marketing reads", trigger: "[name=name] input", run: "edit Spring Offer" },
        { content: "kept", trigger: ".o_form_button_save", run: "click" },
        { content: "who gets it", trigger: "button[name=action_draw]", run: "click" },
        { content: "who agreed does", trigger: '[name=recipient_count]:contains("1")' },
        { content: "and who did not is counted", trigger: '[name=left_out_text]:contains("Has not agreed")' },
    ],
});

/** Marketing sees names, and sends. */
tours.add("clinic_campaign_marketing", {
    steps: () => [
        { content: "the campaign", trigger: '.o_data_cell:contains("Spring Offer")', run: "click" },
        { content: "not why they were chosen", trigger: ".o_form_view:not(:has([name=segment_id]))" },
        { content: "who gets it", trigger: "button[name=action_recipients]", run: "click" },
        { content: "names alone", trigger: '.o_data_row:contains("Person 1")' },
        { content: "back", trigger: ".breadcrumb-item a:contains(Spring Offer)", run: "click" },
        { content: "to write", trigger: "button[name=action_open_mailing]", run: "click" },
        { content: "it opens", trigger: "[name=clinic_campaign_id]" },
        { content: "its subject", trigger: "[name=subject] input, [name=subject] textarea", run: "edit More room" },
        { content: "the recipients are the campaign's", trigger: '[name=clinic_campaign_id]:contains("Spring Offer")' },
        { content: "kept", trigger: ".o_form_button_save", run: "click" },
        { content: "saved", trigger: ".o_form_saved" },
    ],
});
