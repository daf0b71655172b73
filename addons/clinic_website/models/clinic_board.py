from odoo import api, models


class ClinicBoard(models.AbstractModel):
    """Which visits were booked online, and what is being booked at this moment."""

    _inherit = "clinic.board"

    @api.model
    def _card_columns(self, query):
        columns = super()._card_columns(query)
        return {**columns, "is_booked_online": self._path_to_sql("visit_id.is_booked_online", query)}

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        flag = {"kind": "online", "icon": "fa-globe", "label": self.env._("Booked online")}
        for visit_id in {card["visit_id"] for card in cards if card.get("is_booked_online")}:
            flags[visit_id].append(flag)
        return flags

    @api.model
    def _prepare_block(self, reservation):
        if shown := super()._prepare_block(reservation):
            return shown
        if reservation["procedure_id"]:
            return None
        times = {name: reservation[name] for name in ("resource_id", "start", "stop")}
        return {**times, "block_id": False, "name": self.env["clinic.online.hold"]._label()}
