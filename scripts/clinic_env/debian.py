"""Odoo 19 from Debian's archive, without touching the machine's own packages."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from clinic_env import process
from clinic_env.settings import Failure

# The odoo-19 package links to files of the others by relative paths, so all of them are unpacked into
# one root. Without libjs-jquery each page is an error 500.
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
SUITE = "unstable"
APT = Path("/etc/apt")


def mirror() -> tuple[str, str] | None:
    """Address and keyring of Debian's main archive as this machine's own apt sources name it."""
    for path in sorted(APT.glob("sources.list.d/*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text(errors="replace")):
            if found := _from_deb822(stanza):
                return found
    for path in [APT / "sources.list", *sorted(APT.glob("sources.list.d/*.list"))]:
        if path.is_file() and (found := _from_lines(path.read_text(errors="replace"))):
            return found
    return None


def _is_archive(uri: str, components: list[str]) -> bool:
    """Debian's archive proper: not the security archive, not a third party's repository."""
    return uri.rstrip("/").endswith("/debian") and "main" in components


def _from_deb822(stanza: str) -> tuple[str, str] | None:
    lines = [line for line in stanza.splitlines() if not line.startswith("#")]
    fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*)$", "\n".join(lines), re.MULTILINE))
    if fields.get("Enabled", "yes").strip().lower() == "no":
        return None
    for uri in fields.get("URIs", "").split():
        if _is_archive(uri, fields.get("Components", "").split()):
            return uri, fields.get("Signed-By", "").strip()
    return None


def _from_lines(text: str) -> tuple[str, str] | None:
    for line in text.splitlines():
        found = re.match(r"deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>\S+)\s+\S+\s+(?P<components>.*)", line)
        if found and _is_archive(found["uri"], found["components"].split()):
            signed = re.search(r"signed-by=(\S+)", found["options"] or "")
            return found["uri"], signed[1] if signed else ""
    return None


def _isolated(folder: Path) -> list[str]:
    """Options that give apt its own sources, lists, cache and (empty) status."""
    for name in ("parts", "lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("empty.list", "status"):
        (folder / name).write_text("")
    options = {
        "Dir::Etc::sourcelist": folder / "empty.list",
        "Dir::Etc::sourceparts": folder / "parts",
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
    }
    return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]


def fetch(work: Path, target: Path, log: Path) -> None:
    """Download the packages through apt's signed index and unpack them into `target`."""
    found = mirror()
    if not found:
        raise Failure("no source of Debian's main archive in /etc/apt")
    uri, keyring = found
    options = _isolated(work)
    source = f"Types: deb\nURIs: {uri}\nSuites: {SUITE}\nComponents: main\n"
    if keyring:
        source += f"Signed-By: {keyring}\n"
    (work / "parts" / "debian.sources").write_text(source)
    process.quiet(["apt-get", *options, "update"], log)
    process.quiet(["apt-get", *options, "download", *PACKAGES], log, cwd=work)
    for package in sorted(work.glob("*.deb")):
        process.quiet(["dpkg-deb", "-x", package, target], log)


def installable(package: str) -> bool:
    """Whether the machine's own apt knows a package at all."""
    try:
        answer = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return "Candidate:" in answer.stdout and "Candidate: (none)" not in answer.stdout
