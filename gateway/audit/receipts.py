"""Verifying a receipt, from the receipt and the published keys alone: no database, no network, no secret."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.audit import tree
from gateway.audit.heads import Head, is_signed, key_id_of
from shared.audit import digest_of


class NotGenuine(Exception):
    """The receipt proves nothing: why, in one sentence."""


class StillPending(Exception):
    """The receipt is of a record that is not sealed yet."""


def verify(
    receipt: Mapping[str, Any], *, keys: Mapping[str, Any] | None = None, earlier: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Yield, one sentence a check, what the receipt proves; raises NotGenuine at the first check that fails.

    `keys` is the published key set, if it is at hand: without it the receipt's own key is only named. `earlier` is another
    receipt of the same log, of which this one has to prove that its log is the beginning of this log.
    """
    try:
        yield from _verified(receipt, keys, earlier)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f": {error.args[0]} is missing" if isinstance(error, KeyError) else ", or not a whole one"
        raise NotGenuine(f"The file is not a receipt{why}.") from error


def _verified(
    receipt: Mapping[str, Any], keys: Mapping[str, Any] | None, earlier: Mapping[str, Any] | None
) -> Iterator[str]:
    if receipt["object"] != "receipt":
        raise NotGenuine("The file is not a receipt.")
    record, leaf = receipt["record"], receipt["leaf"]
    if digest_of(record) != leaf or record["id"] != receipt["id"]:
        raise NotGenuine("The record is not what its digest says: it was changed.")
    yield f"The record {record['id']} ({record['action']} of {record['subject']}) is what its digest says."
    if receipt["status"] != "sealed":
        raise StillPending
    head, signature = Head.from_json(receipt["head"]), receipt["head"]["signature"]
    if head.log != record["tenant_id"]:
        raise NotGenuine("The head is of another log than the record.")
    path = [bytes.fromhex(each) for each in receipt["path"]]
    found = tree.root_by_inclusion(bytes.fromhex(leaf), receipt["sequence"], head.size, path)
    if found is None or found.hex() != head.root:
        raise NotGenuine("The proof does not lead from the record to the root of the head.")
    yield f"It is number {receipt['sequence']} of the {head.size} records under the head of {receipt['head']['sealed_at']}."
    public = _public(head.key_id, receipt, keys)
    if not is_signed(head, signature, public=public):
        raise NotGenuine("The head's signature is not that of its key: it was changed, or somebody else signed it.")
    known = "which is published" if keys is not None else f"to be compared with {receipt['keys_url']}"
    yield f"The head is signed with the key {head.key_id}, {known}."
    if earlier is not None:
        yield _continued(head, receipt, earlier, public=public if keys is None else None, keys=keys)


def _public(key_id: str, receipt: Mapping[str, Any], keys: Mapping[str, Any] | None) -> str:
    offered = [receipt["key"]] if keys is None else keys["keys"]
    found = next((str(each["x"]) for each in offered if each["kid"] == key_id), None)
    if found is None:
        raise NotGenuine(f"The key {key_id} is not among those published.")
    if key_id_of(found) != key_id:
        raise NotGenuine(f"The key offered as {key_id} is another one.")
    return found


def _continued(
    head: Head,
    receipt: Mapping[str, Any],
    earlier: Mapping[str, Any],
    *,
    public: str | None,
    keys: Mapping[str, Any] | None,
) -> str:
    if earlier["status"] != "sealed":
        raise NotGenuine("The earlier receipt was still pending, and proves nothing.")
    before = Head.from_json(earlier["head"])
    offered = public if public is not None and before.key_id == head.key_id else _public(before.key_id, earlier, keys)
    if before.log != head.log or not is_signed(before, earlier["head"]["signature"], public=offered):
        raise NotGenuine("The earlier receipt is of another log, or not signed by its key.")
    proof = receipt["consistency"] or {"size": before.size, "path": []}
    if proof["size"] != before.size:
        raise NotGenuine(f"Ask for the receipt with ?since={before.size}: it has no proof about that size.")
    path = [bytes.fromhex(each) for each in proof["path"]]
    if not tree.is_consistent(before.size, bytes.fromhex(before.root), head.size, bytes.fromhex(head.root), path):
        raise NotGenuine(
            "The log is not a continuation of the one of the earlier receipt: records were changed or lost."
        )
    return f"The {before.size} records of the earlier head are still the beginning of the log."
