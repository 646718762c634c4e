"""The signed envelope: DSSE v1 around the statement, one Ed25519 signature, one spelling."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from xunjie.evidence.canonical import parse_canonical, render
from xunjie.evidence.errors import FormatError, Reason, Step, VerificationError
from xunjie.evidence.keys import DeviceKey, is_signed
from xunjie.evidence.members import SHA256, Members, check_base64
from xunjie.evidence.statement import Statement
from xunjie.evidence.trust import TrustedKey, TrustRoots

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MAX_BYTES = 1024 * 1024
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{86}==")  # 64 bytes


def pre_authentication(payload: bytes) -> bytes:
    """The bytes that are signed (DSSE v1 PAE): type and payload, each with its length.

    >>> pre_authentication(b"{}")
    b'DSSEv1 28 application/vnd.in-toto+json 2 {}'
    """
    head = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(payload)} "
    return head.encode() + payload


def sign_statement(statement: Statement, key: DeviceKey) -> bytes:
    """The envelope file's bytes."""
    payload = statement.to_payload()
    signature = {"keyid": key.key_id, "sig": _base64(key.sign(pre_authentication(payload)))}
    envelope = {
        "payload": _base64(payload),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [signature],
    }
    return render(envelope)


def parse_statement(envelope_bytes: bytes, trust: TrustRoots) -> Statement:
    """The statement of an envelope that ``trust`` believes; steps 3 to 7 of ``verify.verify``.

    It needs no other file, so an envelope can be judged before the package has arrived.
    VerificationError names step and reason. The payload is parsed only after its signature held.
    """
    parts = _open(envelope_bytes)
    key = _trusted(parts.key_id, trust)
    if not is_signed(key.public_raw, parts.signature, pre_authentication(parts.payload)):
        detail = f"the envelope is not what key {key.key_id} signed"
        raise VerificationError(Step.SIGNATURE, Reason.BAD_SIGNATURE, detail)
    statement = Statement.from_payload(parts.payload)
    _check_authority(statement, key)
    return statement


@dataclass(frozen=True, slots=True)
class _Parts:
    payload: bytes
    key_id: str
    signature: bytes


def _open(data: bytes) -> _Parts:
    if len(data) > MAX_BYTES:
        detail = f"envelope of {len(data)} bytes, expected at most {MAX_BYTES}"
        raise VerificationError(Step.ENVELOPE, Reason.TOO_LARGE, detail)
    try:
        value = parse_canonical(data, MAX_BYTES)
        top = Members(value, "envelope", {"payload", "payloadType", "signatures"})
        if top.raw("payloadType") != PAYLOAD_TYPE:
            detail = f"expected {PAYLOAD_TYPE}, found {top.raw('payloadType')!r}"
            raise VerificationError(Step.ENVELOPE, Reason.UNKNOWN_PAYLOAD_TYPE, detail)
        signatures = top.items("signatures")
        if len(signatures) != 1:
            raise FormatError(f"envelope.signatures: expected one, found {len(signatures)}")
        one = Members(signatures[0], "envelope.signatures[0]", {"keyid", "sig"})
        return _Parts(
            payload=check_base64("envelope.payload", top.text("payload", _BASE64)),
            key_id=one.text("keyid", SHA256),
            signature=check_base64("envelope.signatures[0].sig", one.text("sig", _SIGNATURE)),
        )
    except FormatError as e:
        raise VerificationError(Step.ENVELOPE, Reason.BAD_ENVELOPE, str(e)) from e


def _trusted(key_id: str, trust: TrustRoots) -> TrustedKey:
    if not trust.keys:
        raise VerificationError(Step.KEY, Reason.NO_TRUST, "the trust roots name no key at all")
    key = trust.find(key_id)
    if key is None:
        detail = f"signed by key {key_id}, which the trust roots do not name"
        raise VerificationError(Step.KEY, Reason.UNKNOWN_KEY, detail)
    if key.revoked is not None:
        detail = f"key {key_id} of {key.device_id} is revoked since {key.revoked}"
        raise VerificationError(Step.KEY, Reason.REVOKED_KEY, detail)
    return key


def _check_authority(statement: Statement, key: TrustedKey) -> None:
    if statement.device_id != key.device_id:
        detail = f"key of {key.device_id} signed for {statement.device_id}"
        raise VerificationError(Step.AUTHORITY, Reason.WRONG_DEVICE, detail)
    if not key.is_valid_at(statement.created_utc):
        until = key.valid_to or "(open)"
        detail = (
            f"created {statement.created_utc}, key of {key.device_id} is valid from "
            f"{key.valid_from} until {until}"
        )
        raise VerificationError(Step.AUTHORITY, Reason.KEY_NOT_VALID_THEN, detail)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
