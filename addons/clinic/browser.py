"""What a browser says of itself: kept as evidence of who has signed, agreed or paid."""

MOST = 300


def browser_of(httprequest):
    """Return what the browser of ``httprequest`` calls itself; from outside, so it is made fit to be stored."""
    # So much of it tells a browser.
    return (httprequest.user_agent.string or "")[:MOST].encode(errors="replace").decode().replace("\0", "")
