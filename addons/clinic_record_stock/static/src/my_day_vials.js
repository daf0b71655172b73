import { Component } from "@odoo/owl";
import { myDaySections } from "@clinic_record/my_day/my_day_sections";
import { amountText, dayText, isToday, momentText } from "@clinic_record/patient_card/patient_card_format";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** The open vials of the treatment rooms that are past their time, or will be before the day ends. */
export class MyDayVials extends Component {
    static template = "clinic_record_stock.MyDayVials";
    static props = { day: Object, onChange: Function };

    setup() {
        this.action = useService("action");
        this.amountText = amountText;
    }

    untilText({ until, is_over }) {
        const moment = isToday(until) ? momentText(until) : `${dayText(until)} ${momentText(until)}`;
        return is_over ? _t("past its time since %s", moment) : _t("discard by %s", moment);
    }

    discard(vial) {
        this.action.doActionButton({
            type: "object",
            name: "action_discard",
            resModel: "clinic.open.vial",
            resId: vial.id,
            onClose: () => this.props.onChange(),
        });
    }
}

myDaySections.add("vials", { Component: MyDayVials, isShown: (day) => day.vials?.length > 0 });
