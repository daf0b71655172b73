class BackupError(Exception):
    """Why a backup, a check or a restore failed, in words for the person who runs the server.

    ``kind`` is one of: setup (a program or an option is missing), password, target (it does not answer), room (none is
    left), damaged (what was stored is not whole), missing (there is no such backup, or a file that belongs to it),
    database, exists (what would be overwritten), running (another run has not ended).
    """

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind
