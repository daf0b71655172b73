import { amountText, dateText, dayText, momentText } from "@clinic_record/patient_card/patient_card_format";
import { _t } from "@web/core/l10n/translation";

const DANGER = { icon: "fa-exclamation-triangle", className: "text-danger fw-bold" };
const WARNING = { icon: "fa-clock-o", className: "text-warning-emphasis fw-bold" };

/** What will be taken from where, in words: one line a source, each of phrases with a look of their own. */
export function proposalOf(item, quantity) {
    const needed = Number.isFinite(quantity) ? quantity * item.factor : 0;
    const over = item.sources.filter((source) => source.is_over);
    const taken = sourcesOf(item, needed);
    const lines = [...over, ...taken].map((source) => phrasesOf(item, source));
    const there = taken.reduce((sum, source) => sum + source.quantity, 0);
    if (there < needed) {
        const text = there
            ? _t("Not enough: %s here", amountText(there, item.stock_uom))
            : _t("None here. Bring some from the store.");
        lines.push([{ text, ...DANGER }]);
    }
    return lines.filter((phrases) => phrases.length);
}

/** A dose is drawn from one vial after the other, anything else is taken from the first lot that holds enough. */
function sourcesOf(item, needed) {
    const usable = item.sources.filter((source) => !source.is_over);
    if (!item.is_drawn) {
        const lot = usable.find((source) => source.quantity >= needed) || usable[0];
        return lot ? [lot] : [];
    }
    const taken = [];
    let left = needed;
    for (const source of usable) {
        if (taken.length && left <= 0) {
            break;
        }
        taken.push(source);
        left -= source.quantity;
    }
    return taken;
}

function phrasesOf(item, source) {
    if (source.is_over) {
        return vialPhrases(item, source);
    }
    const phrases = source.vial ? vialPhrases(item, source) : lotPhrases(item, source);
    if (source.concentration) {
        phrases.push({ text: _t("%s per 0.1 ml", amountText(source.concentration / 10, item.stock_uom)) });
    }
    if (source.expires_today) {
        phrases.push({ text: _t("expires today"), ...DANGER });
    } else if (source.expires) {
        phrases.push({ text: _t("expires %s", dateText(source.expires)), ...WARNING });
    }
    return phrases;
}

function vialPhrases(item, { vial, lot, quantity, until, is_over, is_today }) {
    const time = momentText(until);
    const moment = is_today ? time : `${dayText(until)} ${time}`;
    const last = is_over
        ? { text: _t("past its time since %s: discard it", moment), ...DANGER }
        : is_today
          ? { text: _t("discard today by %s", time), ...DANGER }
          : { text: _t("discard by %s", moment) };
    return [
        { text: lot ? _t("Open vial %(vial)s, lot %(lot)s", { vial, lot }) : _t("Open vial %s", vial) },
        { text: _t("%s left", amountText(quantity, item.stock_uom)) },
        last,
    ];
}

function lotPhrases(item, { lot, dilution }) {
    const phrases = [];
    if (item.is_drawn) {
        phrases.push({ text: lot ? _t("New vial, lot %s", lot) : _t("New vial") });
    } else if (lot) {
        phrases.push({ text: _t("Lot %s", lot) });
    }
    if (item.is_drawn && dilution) {
        phrases.push({ text: _t("dilute with %s", amountText(dilution, "ml")) });
    }
    return phrases;
}
