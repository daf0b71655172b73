"""Open every photo of a database, and say what the vault's check finds, before and after garbage goes.

python tests/races/photo_check.py DATABASE
"""

import json
import sys

import harness


def main(database):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        files, photos = env["clinic.vault.file"], env["clinic.photo"].search([])
        opened = [
            photo.id
            for photo in photos
            if all(files._open(photo.uuid, variant) for variant in ("original", "preview", "thumb"))
        ]
        env["clinic.photo.upload"].search([])._forget()
    with harness.committed(registry) as env:
        first = env["clinic.vault.file"]._check(garbage_age=0)
        again = env["clinic.vault.file"]._check(garbage_age=0)
        stored = len(list(env["clinic.vault.file"]._vault().storage.names()))
    json.dump({"photos": photos.ids, "opened": opened, "first": first, "again": again, "stored": stored}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
