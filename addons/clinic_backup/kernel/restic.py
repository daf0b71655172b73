import json
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from .errors import BackupError

# What restic 0.14 and later write, and what it means.
_MEANINGS = (
    (r"wrong password or no key found", "password", "The password does not open the backups."),
    (r"no space left on device|file too large|disk quota exceeded", "room", "There is no room left for the backups."),
    (
        r"does not match|ciphertext verification failed|repository contains errors|pack .* (?:not found|missing)"
        r"|invalid data returned|unable to load index|unexpected EOF|id not found|failed to load|size mismatch"
        r"|The repository index is damaged|in index doesn't exist|does not exist in the repository",
        "damaged",
        "Stored backups are damaged or incomplete.",
    ),
    (r"repository is already locked", "running", "Another run works on the backups at this moment."),
    (r"no matching ID found|no snapshot found", "missing", "There is no such backup."),
)
_ABSENT = r"Is there a repository at the following location|unable to open config file.*(no such file|not exist)"
# Days, weeks and months of which a backup is kept.
KEEP = {"daily": 14, "weekly": 8, "monthly": 12}


def _is_running(pid):
    """Return whether restic runs under that number; one that is dead and not buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z" and b"restic" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


class Repository:
    """Where backups are kept, always encrypted: a folder, or an address that restic knows (``sftp:``, ``s3:``)."""

    def __init__(self, address, password_file, environment=None, cache=None):
        self.address, self.password_file = str(address), Path(password_file)
        self.environment, self.cache = environment or {}, cache

    # -- the program --------------------------------------------------------------------------------------------------

    def _run(self, *words, tolerated=None):
        """Run restic and return what it prints; ``tolerated`` is a pattern of errors for which None is returned.

        :raises BackupError: with what restic's error means
        """
        program = shutil.which("restic", path=self._environment()["PATH"])
        if not program:
            raise BackupError("setup", "restic is not installed on this machine (Debian: apt-get install restic).")
        options = ["--cache-dir", self.cache] if self.cache else ["--no-cache"]
        command = [program, *options, *words]
        done = subprocess.run(
            [str(word) for word in command],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if not done.returncode:
            return done.stdout
        said = f"{done.stderr}\n{done.stdout}"
        if tolerated and re.search(tolerated, said, re.IGNORECASE | re.DOTALL):
            return None
        raise self._error(said)

    def _environment(self):
        return {
            **os.environ,
            **self.environment,
            "RESTIC_REPOSITORY": self.address,
            "RESTIC_PASSWORD_FILE": str(self.password_file),
            "PATH": os.environ.get("PATH", os.defpath),
        }

    def _error(self, said):
        for pattern, kind, text in _MEANINGS:
            if re.search(pattern, said, re.IGNORECASE):
                return BackupError(kind, f"{text} {self._tail(said)}")
        return BackupError("target", f"The place of the backups does not answer. {self._tail(said)}")

    def _tail(self, said):
        """Return restic's last words; file names of the vault are random, those of attachments are hashes."""
        lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("{")]
        return " · ".join(lines[-2:])[:400]

    # -- what is done with it -----------------------------------------------------------------------------------------

    def ensure(self):
        """Make the repository unless it is there."""
        if not self.password_file.is_file() or not self.password_file.stat().st_size:
            raise BackupError("setup", f"The file with the password of the backups, {self.password_file}, is missing.")
        if self._run("cat", "config", "--no-lock", "--quiet", tolerated=_ABSENT) is None:
            self._run("init", "--quiet")
        self._unlock()

    def _unlock(self):
        """Remove the locks of runs that were killed; restic does so once their number is free, or in half an hour."""
        self._run("unlock", "--quiet")
        names, here = self._run("list", "locks", "--no-lock", "--quiet").split(), socket.gethostname()
        left = [json.loads(self._run("cat", "lock", name, "--no-lock", "--quiet")) for name in names]
        if left and all(lock["hostname"] == here and not _is_running(lock["pid"]) for lock in left):
            self._run("unlock", "--remove-all", "--quiet")

    def store(self, folders, tag):
        """Store ``folders`` as one backup; return {"id", "size", "added", "files"}, sizes in bytes."""
        printed = self._run("backup", "--json", "--quiet", "--host", "clinic", "--tag", tag, *folders)
        [summary] = [one for one in map(json.loads, printed.splitlines()) if one.get("message_type") == "summary"]
        return {
            "id": summary["snapshot_id"][:8],
            "size": summary["total_bytes_processed"],
            "added": summary["data_added"],
            "files": summary["total_files_processed"],
        }

    def backups(self, tag):
        """Return the backups with that ``tag``, the latest first: {"id", "time", "paths"}."""
        printed = self._run("snapshots", "--json", "--quiet", "--tag", tag)
        found = json.loads(printed) or []
        rows = [{"id": one["short_id"], "time": one["time"], "paths": one["paths"]} for one in found]
        return sorted(rows, key=lambda row: row["time"], reverse=True)

    def restore(self, backup, target):
        """Write the files of ``backup`` under the folder ``target``, and read them once more."""
        self._run("restore", backup, "--target", target, "--verify", "--quiet")

    def check(self, part=1, parts=1):
        """Read a part of what is stored, all of it by default, and whether it is whole.

        :raises BackupError: kind "damaged" where it is not
        """
        words = ["--read-data"] if parts == 1 else [f"--read-data-subset={part}/{parts}"]
        try:
            self._run("check", *words, "--quiet")
        except BackupError as error:
            if error.kind == "target":
                raise BackupError("damaged", f"Stored backups are damaged or incomplete. {error}") from error
            raise

    def forget(self, tag, keep=None):
        """Delete the backups that are older than ``keep`` says, and what only they need."""
        words = [f"--keep-{period}={count}" for period, count in (keep or KEEP).items()]
        self._run("forget", "--quiet", "--tag", tag, "--group-by", "tags", *words, "--prune")
