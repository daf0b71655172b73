from odoo import Command, http
from odoo.exceptions import ValidationError
from odoo.http import request
from odoo.tools import is_html_empty

from odoo.addons.clinic_message.controllers.wrong import Wrong
from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing


class PayPages(PaymentPortal):
    """The page behind a payment link, on which Odoo's own payment form stands: nobody has to sign in.

    Amount, currency and partner are those of the link, whatever the browser says; nothing on it tells what is paid for.
    """

    @http.route("/clinic/pay/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def clinic_pay(self, token, **_kwargs):
        """Show what is to be paid, and by what."""
        wrong, link = Wrong(), self._clinic_link(token)
        return self._clinic_page(link, token) if link else self._clinic_gone(wrong)

    @http.route("/clinic/pay/done", type="http", auth="public", methods=["GET"], sitemap=False)
    def clinic_pay_done(self, **_kwargs):
        """Say what became of the payment that this browser has made, or wait for it as Odoo's own page does."""
        tx = request.env["payment.transaction"].sudo()
        tx = tx.browse(request.session.get(PaymentPostProcessing.MONITORED_TX_ID_KEY)).exists()
        if not tx.clinic_link_id:
            return self._clinic_gone(Wrong())
        link, state = self._clinic_speak(tx.clinic_link_id), self._clinic_outcome(tx)
        values = {
            "state": state,
            "address": link._address() if state in ("begun", "failed") else "",
            "message": self._clinic_message(tx),
            # What is authorized is final to Odoo's page.
            "is_waiting": state in ("begun", "under_way") and tx.state != "authorized",
        }
        return self._clinic_render("clinic_payment.page_done", self._clinic_values(link, **values))

    def _clinic_message(self, tx):
        """Return what the provider has the payer do next, if anything."""
        return tx.state_message if tx.state == "pending" else ""

    def _clinic_outcome(self, tx):
        """Return what the page says of ``tx``: it is paid once it counts for what it is for."""
        if tx.state == "done":
            return "paid" if tx.is_post_processed else "under_way"
        return {"draft": "begun", "pending": "under_way", "authorized": "under_way"}.get(tx.state, "failed")

    @http.route("/clinic/pay/transaction", type="jsonrpc", auth="public")
    def clinic_pay_transaction(self, access_token=None, amount=None, currency_id=None, partner_id=None, **kwargs):
        """Create the payment that the form asks for, with the amount of its link, and return what the form needs.

        :param access_token: of the link
        :raises ValidationError: in a sentence, when the link is good no more, or anything of it was changed
        """
        self._validate_transaction_kwargs(kwargs, additional_allowed_keys=("reference_prefix",))
        wrong, link = Wrong(), self._clinic_link(access_token)
        if not link:
            wrong.note()
            raise ValidationError(
                request.env._("This link is not valid any more. Use the link in our latest message, or call us.")
            )
        if link._state() != "open":
            raise ValidationError(request.env._("This can't be paid here any more. Please open the link again."))
        partner, currency = link.patient_id.partner_id, link.currency_id
        if (
            not self._clinic_is_asked(link, amount)
            # Odoo's form sends these two to its own route only.
            or currency_id not in (None, currency.id)
            or partner_id not in (None, partner.id)
        ):
            raise ValidationError(
                request.env._("The amount is not the one that was asked for. Please open the link again.")
            )
        return self._clinic_create_transaction(link, kwargs)._get_processing_values()

    def _clinic_is_asked(self, link, amount):
        """Return whether ``amount``, as the browser sends it, is what ``link`` asks for; it need not be a number."""
        given = self._cast_as_float(amount)
        # What is far from it cannot be rounded, as it may be endless or none at all.
        is_near = given is not None and abs(given - link.amount) < 1
        return is_near and not link.currency_id.compare_amounts(given, link.amount)

    def _clinic_create_transaction(self, link, kwargs):
        """Return the new transaction of ``link``, by a provider and method that the page has offered."""
        providers, methods = self._clinic_offers(link)
        provider_id, method_id = (self._cast_as_int(kwargs.get(name)) for name in ("provider_id", "payment_method_id"))
        method = methods.filtered(lambda one: one.id == method_id)
        # A card may be saved on this page; none that was saved before is charged on it: who has a link may be anybody.
        if (
            provider_id not in providers.ids
            or not method.provider_ids.filtered(lambda one: one.id == provider_id)
            or kwargs.get("flow") not in ("redirect", "direct")
        ):
            raise ValidationError(
                request.env._("This way of paying is not offered any more. Please open the link again.")
            )
        return self._create_transaction(
            provider_id=provider_id,
            payment_method_id=method_id,
            token_id=None,
            amount=link.amount,
            currency_id=link.currency_id.id,
            partner_id=link.patient_id.partner_id.id,
            flow=kwargs["flow"],
            tokenization_requested=bool(kwargs.get("tokenization_requested")) and link._may_keep_card(),
            landing_route="/clinic/pay/done",
            reference_prefix=(link.invoice_id or link.visit_id).name,
            custom_create_values=self._clinic_prepare_transaction(link),
        )

    def _clinic_prepare_transaction(self, link):
        """Return what a new transaction keeps of ``link``; other addons add theirs."""
        if link.invoice_id:
            return {"clinic_link_id": link.id, "invoice_ids": [Command.set(link.invoice_id.ids)]}
        return {"clinic_link_id": link.id, "clinic_visit_id": link.visit_id.id}

    # -- what they share ----------------------------------------------------------------------------------------------

    def _clinic_link(self, token):
        """Return the link of ``token`` as superuser, if there is one, and speak its patient's language."""
        link = request.env["clinic.payment.link"]._find(token)
        return self._clinic_speak(link) if link else link

    def _clinic_speak(self, link):
        lang = request.env["res.lang"]._get_code(link.patient_id.lang) or request.env.lang
        request.update_context(lang=lang)
        return link.with_context(lang=lang, allowed_company_ids=link.company_id.ids)

    def _clinic_offers(self, link):
        """Return (providers, methods) by which ``link`` can be paid, as superuser: nobody is signed in."""
        partner, branch = link.patient_id.partner_id, link.company_id
        providers = (
            request.env["payment.provider"]
            .sudo()
            ._get_compatible_providers(branch.id, partner.id, link.amount, currency_id=link.currency_id.id)
        )
        methods = (
            request.env["payment.method"]
            .sudo()
            ._get_compatible_payment_methods(providers.ids, partner.id, currency_id=link.currency_id.id)
        )
        return providers, methods

    def _clinic_page(self, link, token):
        state = link._state()
        under_way = link.transaction_ids.filtered(link._is_under_way)[:1]
        values = self._clinic_values(link, state=state, message=self._clinic_message(under_way))
        if state == "open":
            providers, methods = self._clinic_offers(link)
            values.update(
                reference_prefix=values["reference"],
                amount=link.amount,
                currency=link.currency_id,
                partner_id=link.patient_id.partner_id.id,
                providers_sudo=providers,
                payment_methods_sudo=methods,
                tokens_sudo=request.env["payment.token"].sudo(),
                show_tokenize_input_mapping={
                    provider.id: provider.allow_tokenization and link._may_keep_card() for provider in providers
                },
                availability_report={},
                is_html_empty=is_html_empty,
                transaction_route="/clinic/pay/transaction",
                landing_route="/clinic/pay/done",
                access_token=token,
            )
        return self._clinic_render("clinic_payment.page_pay", values)

    def _clinic_values(self, link, **values):
        """Return what the pages show: the clinic, a number, an amount and a time."""
        branch = link.company_id
        return {
            "branch": branch,
            "asked": link.currency_id.format(link.amount),
            "until": branch._clinic_moment_text(link.expires_at),
            "reference": (link.invoice_id or link.visit_id).name,
            **values,
        }

    def _clinic_render(self, template, values):
        return self._clinic_no_store(request.render(template, values))

    def _clinic_gone(self, wrong):
        """Answer as to other links that lead nowhere; slow down who guesses."""
        is_much = wrong.note()
        response = request.render("clinic_message.page_gone", {"is_much": is_much}, status=429 if is_much else 404)
        return self._clinic_no_store(wrong.retry_later(response) if is_much else response)

    def _clinic_no_store(self, response):
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
