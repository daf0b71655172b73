"""How somebody takes part in what is sold or performed."""

PERFORMER = "performer"
SELLER = "seller"
ROLES = [
    (PERFORMER, "Performer"),
    ("assistant", "Assistant"),
    ("referrer", "Referrer"),
    (SELLER, "Seller"),
]
