"""JazzCash and EasyPaisa in test mode, asking their sandboxes on this very machine, which `make run` starts."""

# What the sandboxes in the tests of both addons know; nobody else does. Where they listen, `make run` says each time:
# without it nobody answers there, nothing leaves the machine, and the page of a payment says so.
WALLETS = {
    "jazzcash": {
        # Its own page would be opened by the browser, which may be on another machine.
        "jazzcash_wallet_flow": "form",
        "jazzcash_merchant_id": "MC00001",
        "jazzcash_password": "secret77",
        "jazzcash_integrity_salt": "0F5DD14AE2",
        "jazzcash_merchant_mpin": "1234",
    },
    "easypaisa": {
        "easypaisa_flow": "wallet_otc",
        "easypaisa_store_id": "4321",
        "easypaisa_account_number": "987654321",
        "easypaisa_username": "clinic-api",
        "easypaisa_password": "Pa55-w0rd-sandbox",
        "easypaisa_hash_key": "SandboxKey123456",
    },
}
NOBODY = "http://127.0.0.1:9"


def load_wallets(env, clinic):
    """Let patients of ``clinic`` pay by both, into its bank; what somebody has set up there stays as it is."""
    bank = env["account.journal"].search([("company_id", "=", clinic.id), ("type", "=", "bank")], limit=1)
    for code, secrets in WALLETS.items():
        provider = env["payment.provider"].search([("code", "=", code), ("company_id", "=", clinic.id)], limit=1)
        if not provider or provider.state != "disabled":
            continue
        env["ir.config_parameter"].set_param(f"payment_{code}.local_sandbox", NOBODY)
        provider.write({**secrets, "state": "test", "is_published": True})
        provider.journal_id = bank
