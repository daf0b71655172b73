"""PDFs of the development environment: scripts/wkhtmltopdf, called the way Odoo calls wkhtmltopdf."""

import http.server
import itertools
import operator
import resource
import subprocess
import sys
import threading
import unicodedata
from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader

PROGRAM = Path(__file__).resolve().parents[1] / "scripts" / "wkhtmltopdf"
MM = 72 / 25.4
# Odoo's paper format for A4; the size of a pixel that it asks for is 1/96 inch.
FORMAT = (
    *("--disable-local-file-access", "--quiet", "--page-size", "A4", "--margin-top", "52.0", "--dpi", "90"),
    *("--zoom", str(96.0 / 90), "--header-spacing", "52", "--margin-left", "7.0", "--margin-bottom", "32.0"),
    *("--margin-right", "7.0", "--orientation", "Portrait", "--javascript-delay", "1000"),
)
# The script is that of web.minimal_layout, shortened: the header of the body's number, and the page's numbers.
AROUND = """<!DOCTYPE html><html style="height: 0"><head><script>
function subst() {
    const vars = Object.fromEntries(location.search.slice(1).split("&").map((pair) => pair.split("=", 2)));
    for (const [name, klass] of [["sitepage", "page"], ["sitepages", "topage"]])
        for (const element of document.getElementsByClassName(klass)) element.textContent = unescape(vars[name]);
    const all = document.getElementById("all");
    all.replaceChildren(all.children[unescape(vars.webpage).split(".", 4)[3]]);
}
</script></head><body style="background: white; overflow: hidden" onload="subst()">
<div id="all">%s</div></body></html>"""
BODY = '<!DOCTYPE html><html><head><base href="%s"></head><body style="overflow: hidden">%s</body></html>'
BREAK = '<div style="break-after: page"></div>'


def run(*words) -> subprocess.CompletedProcess:
    command = [sys.executable, PROGRAM, *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, preexec_fn=limited_as_odoo_is
    )


def limited_as_odoo_is() -> None:
    """Odoo's children inherit its limit_memory_hard, which Chromium can't start with."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (2560 * 2**20, hard))


def printed(folder: Path, *bodies: str, base: str = "", options: tuple = FORMAT) -> tuple:
    """Print bodies as Odoo does: files named by number, one header and one footer file for all of them."""
    head, foot, output = folder / "head.html", folder / "foot.html", folder / "out.pdf"
    head.write_text(AROUND % "".join(f"<div>Clinic {number}</div>" for number in range(len(bodies))))
    pages = '<div>Page <span class="page"></span> / <span class="topage"></span></div>'
    foot.write_text(AROUND % (pages * len(bodies)))
    files = []
    for number, body in enumerate(bodies):
        files.append(folder / f"report.body.tmp.{number}.x.html")
        files[-1].write_text(BODY % (base, body))
    answer = run(*options, "--header-html", head, "--footer-html", foot, *files, output)
    return answer, PdfReader(output)


def lines(page: PageObject) -> dict[str, tuple[float, float]]:
    """Each line of a page, without spaces, with its distance from the left and from the top, in mm.

    A font may print "fi" as one glyph, and a reader may see gaps within a word: both depend on the machine's fonts.
    """
    pieces = []

    def visit(text, user, matrix, _font, _size):
        if text.strip():
            x, y = matrix[4:]
            left, bottom = user[0] * x + user[2] * y + user[4], user[1] * x + user[3] * y + user[5]
            pieces.append((round((float(page.mediabox.height) - bottom) / MM, 1), left / MM, text))

    page.extract_text(visitor_text=visit)
    found = {}
    for top, on_line in itertools.groupby(sorted(pieces), key=operator.itemgetter(0)):
        on_line = list(on_line)
        found[squeezed("".join(text for _top, _left, text in on_line))] = (on_line[0][1], top)
    return found


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_each_page_has_header_body_and_footer_in_its_place(tmp_path):
    answer, pdf = printed(tmp_path, f"<p>first</p>{BREAK}<p>second</p>")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert len(pdf.pages) == 2
    for page, body, footer in zip(pdf.pages, ("first", "second"), ("Page1/2", "Page2/2"), strict=True):
        assert (round(page.mediabox.width / MM), round(page.mediabox.height / MM)) == (210, 297)
        found = lines(page)
        assert set(found) == {"Clinic0", body, footer}
        assert all(7 < left < 203 for left, _top in found.values()), found
        assert 0 < found["Clinic0"][1] < 20
        assert 52 < found[body][1] < 70
        assert 297 - 32 < found[footer][1] < 297 - 15


def test_each_document_of_a_long_print_has_its_own_header_and_page_numbers(tmp_path):
    _answer, pdf = printed(tmp_path, "one", f"two{BREAK}two", f"three{BREAK}three{BREAK}three")
    found = [set(lines(page)) for page in pdf.pages]
    assert found == [
        {"one", "Clinic0", "Page1/1"},
        {"two", "Clinic1", "Page1/2"},
        {"two", "Clinic1", "Page2/2"},
        {"three", "Clinic2", "Page1/3"},
        {"three", "Clinic2", "Page2/3"},
        {"three", "Clinic2", "Page3/3"},
    ]
    # Odoo cuts a print into its documents at these, and wants plain page numbers.
    root, starts = pdf.trailer["/Root"], []
    entry = root["/Outlines"]["/First"]
    while entry:
        starts.append(root["/Dests"][entry["/Dest"]][0])
        entry = entry.get("/Next")
    assert starts == [0, 1, 3]


def test_a_wide_page_lies_on_its_side(tmp_path):
    options = ("--page-width", "57mm", "--page-height", "100mm", "--orientation", "landscape", "--margin-top", "0")
    _answer, pdf = printed(tmp_path, "label", options=options)
    assert [round(side / MM) for side in (pdf.pages[0].mediabox.width, pdf.pages[0].mediabox.height)] == [100, 57]


@pytest.fixture
def server():
    """A web server that knows one style sheet, and only for anyone who is logged in."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            known = self.path == "/style.css" and self.headers["Cookie"] == "session_id=abc"
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "text/css")
            self.end_headers()
            self.wfile.write(b"p::after { content: ' styled' }" if known else b"")

        def log_message(self, *_args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


def test_styles_are_loaded_with_the_session_of_anyone_who_prints(tmp_path, server):
    base = server
    jar = tmp_path / "jar.txt"
    jar.write_text("session_id=abc; HttpOnly; domain=127.0.0.1; path=/;")
    body = '<link rel="stylesheet" href="/style.css"><p>text</p>'
    answer, pdf = printed(tmp_path, body, base=base, options=(*FORMAT, "--cookie-jar", jar))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "textstyled" in lines(pdf.pages[0])


def test_further_cookies_go_along_with_the_session(tmp_path):
    """Odoo's tests tell by one to whose transaction a printer belongs."""
    heard = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.headers["Cookie"])
            self.send_error(404)

        def log_message(self, *_args):
            pass

    jar = tmp_path / "jar.txt"
    jar.write_text("session_id=abc; HttpOnly; domain=127.0.0.1; path=/;")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        options = (*FORMAT, "--cookie-jar", jar, "--cookie", "test_cursor", "here", "--cookie", "lang", "ur%20PK")
        base = f"http://127.0.0.1:{listening.server_port}"
        printed(tmp_path, '<img src="/picture.png">', base=base, options=options)
        listening.shutdown()
    assert heard == ["session_id=abc; test_cursor=here; lang=ur%20PK"]


def test_what_could_not_be_loaded_is_told_and_the_rest_printed(tmp_path, server):
    base = server
    images = '<img src="/gone.png"><img src="http://outside.example/x.png">'
    answer, pdf = printed(tmp_path, f"<p>text</p>{images}", base=base)
    assert answer.returncode == 1
    assert f"{base}/gone.png: 404" in answer.stderr
    assert "http://outside.example/x.png: net::ERR_NAME_NOT_RESOLVED" in answer.stderr
    assert "text" in lines(pdf.pages[0])


def test_odoo_takes_it_for_a_wkhtmltopdf_that_can_print_headers():
    assert run("--version").stdout.strip() == "wkhtmltopdf 0.12.6 (with patched qt)"
    assert run("--no-such-option", "in.html", "out.pdf").returncode == 2
