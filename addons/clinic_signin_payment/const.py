# What the forms of providers need that take cards inside of our pages, by the providers' codes: each one's own host,
# from which Odoo's form loads a program, and those that this loads, frames and asks (the providers' own instructions).
SOURCES = {
    "stripe": {
        "script-src": ["https://js.stripe.com", "https://*.js.stripe.com"],
        "frame-src": ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"],
        "connect-src": ["https://api.stripe.com"],
        "img-src": ["https://*.stripe.com"],
    },
    "paypal": {
        "script-src": ["https://*.paypal.com", "https://*.paypalobjects.com"],
        "frame-src": ["https://*.paypal.com"],
        "connect-src": ["https://*.paypal.com"],
        "img-src": ["https://*.paypal.com", "https://*.paypalobjects.com"],
    },
    "adyen": {
        "script-src": ["https://*.adyen.com"],
        "style-src": ["https://*.adyen.com"],
        "frame-src": ["https://*.adyen.com"],
        "connect-src": ["https://*.adyen.com"],
        "img-src": ["https://*.adyen.com"],
    },
    "authorize": {
        "script-src": ["https://js.authorize.net", "https://jstest.authorize.net"],
        "connect-src": ["https://*.authorize.net"],
    },
    "mercado_pago": {
        "script-src": ["https://sdk.mercadopago.com", "https://*.mercadopago.com", "https://http2.mlstatic.com"],
        "style-src": ["https://http2.mlstatic.com"],
        "frame-src": ["https://*.mercadopago.com", "https://*.mercadolibre.com"],
        "connect-src": ["https://*.mercadopago.com", "https://*.mercadolibre.com"],
        "img-src": ["https://http2.mlstatic.com"],
    },
    "razorpay": {
        "script-src": ["https://checkout.razorpay.com"],
        "frame-src": ["https://*.razorpay.com"],
        "connect-src": ["https://*.razorpay.com"],
        "img-src": ["https://*.razorpay.com"],
    },
    "xendit": {
        "script-src": ["https://js.xendit.co"],
        "frame-src": ["https://*.xendit.co"],
        "connect-src": ["https://*.xendit.co"],
    },
}
# The pages with Odoo's payment form: by link, from the portal, and where a card is kept.
PAGES = ("/clinic/pay/", "/payment/pay", "/my/")
