"""A sealed file: a header with the wrapped data key, and the content, both by AES-256-GCM.

    magic  version  id of the wrapping key  nonce  wrapped data key and tag  nonce  content and tag
    4      1        8                       12     32 + 16                   12     n + 16

What belongs together is bound together: the place of the file (database, owner, variant) is associated data of both, so
that a file that is put in the place of another one does not open. The id of the wrapping key is bound to the wrapped
data key alone: a new wrapping key changes the header, and the content stays as it is.
"""

import secrets
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import Altered
from .keyring import ID_SIZE, KEY_SIZE

MAGIC = b"CLNV"
VERSION = 1
NONCE_SIZE, TAG_SIZE = 12, 16
HEADER = struct.Struct(f">4sB{ID_SIZE}s{NONCE_SIZE}s{KEY_SIZE + TAG_SIZE}s{NONCE_SIZE}s")


def seal(data, place: str, keyring) -> bytearray:
    """Return ``data`` sealed for ``place`` with a data key of its own."""
    data_key, nonce = secrets.token_bytes(KEY_SIZE), secrets.token_bytes(NONCE_SIZE)
    header = HEADER.pack(MAGIC, VERSION, keyring.current, *_wrap(data_key, place, keyring, keyring.current), nonce)
    # Written in place: of a photo of some megabytes each copy would take longer than sealing it.
    blob = bytearray(HEADER.size + len(data) + TAG_SIZE)
    blob[: HEADER.size] = header
    sealing = Cipher(algorithms.AES(data_key), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(_bound(b"content", place))
    # Where there is room for one block less a byte more than is written; the tag is written there.
    sealing.update_into(data, memoryview(blob)[HEADER.size : -1])
    sealing.finalize()
    blob[-TAG_SIZE:] = sealing.tag
    return blob


def unseal(blob, place: str, keyring) -> bytes:
    """Return what was sealed for ``place``.

    :raises KeyMissing: the wrapping key is not in the keyring
    :raises Altered: it is anything but what ``seal`` returned for that place
    """
    data_key, nonce = _open_header(blob, place, keyring)
    sealed, size = memoryview(blob), len(blob) - HEADER.size - TAG_SIZE
    opening = Cipher(algorithms.AES(data_key), modes.GCM(nonce, bytes(sealed[-TAG_SIZE:]))).decryptor()
    opening.authenticate_additional_data(_bound(b"content", place))
    data = bytearray(size + TAG_SIZE - 1)
    opening.update_into(sealed[HEADER.size : -TAG_SIZE], data)
    try:
        # Until this says so, nothing of it is returned.
        opening.finalize()
    except InvalidTag:
        raise Altered("The content is not what was stored.") from None
    return bytes(memoryview(data)[:size])


def rewrap(blob, place: str, keyring) -> bytes:
    """Return ``blob`` with its data key wrapped by the current key; raises as ``unseal``."""
    data_key, nonce = _open_header(blob, place, keyring)
    header = HEADER.pack(MAGIC, VERSION, keyring.current, *_wrap(data_key, place, keyring, keyring.current), nonce)
    return header + blob[HEADER.size :]


def key_id_of(blob) -> bytes:
    """Return the id of the key by which ``blob`` was sealed; raise ``Altered`` when it is no sealed file."""
    return _unpack(blob)[0]


def _unpack(blob):
    if len(blob) < HEADER.size + TAG_SIZE:
        raise Altered("The file is cut short.")
    magic, version, *parts = HEADER.unpack_from(blob)
    if magic != MAGIC or version != VERSION:
        raise Altered("The file is no sealed file.")
    return parts


def _open_header(blob, place, keyring):
    key_id, wrap_nonce, wrapped, nonce = _unpack(blob)
    try:
        data_key = AESGCM(keyring.key(key_id)).decrypt(wrap_nonce, wrapped, _bound(key_id, place))
    except InvalidTag:
        raise Altered("The header is not what was stored, or belongs to another file.") from None
    return data_key, nonce


def _wrap(data_key, place, keyring, key_id):
    nonce = secrets.token_bytes(NONCE_SIZE)
    return nonce, AESGCM(keyring.key(key_id)).encrypt(nonce, data_key, _bound(key_id, place))


def _bound(what, place):
    """Return the associated data; no two of different parts are alike."""
    return b"\0".join((MAGIC, bytes([VERSION]), what.hex().encode(), place.encode()))
