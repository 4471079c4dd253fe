"""Whether what a policy names is there: roles, accounts and calendars."""

from collections.abc import Iterator

from services.deals.approval.people import Staff, staff_of
from services.deals.approval.rules import ApprovalPolicy
from services.deals.approval.steps import Step
from services.deals.calendars.queries import calendar_of
from services.deals.reviews.rules import STANDARD
from shared.db.tx import Tx
from shared.errors import Fault, Invalid


async def require_usable(tx: Tx, policy: ApprovalPolicy) -> list[dict[str, str]]:
    """Return whom the policy asks though nobody is it now, so that its deals would be handed back to the deal desk.

    Raises Invalid for roles, accounts or calendars that are not there, or could not answer.
    """
    if not policy.steps and not policy.approver_limits and policy.review == STANDARD:
        return []
    approvers = [each for step in policy.steps for each in step.approvers]
    roles = {each.role for each in approvers if each.role} | {
        step.escalate_to for step in policy.steps if step.escalate_to
    }
    roles |= {each.role for each in policy.approver_limits}
    roles |= {policy.review.escalate_to} if policy.review.escalate_to else set()
    staff = await staff_of(tx, roles=roles, accounts={each.account_id for each in approvers if each.account_id})
    faults = [fault for place, step in enumerate(policy.steps) for fault in _of_step(step, staff, f"/steps/{place}")]
    for place, limit in enumerate(policy.approver_limits):
        if limit.role not in staff.known_roles:
            faults.append(_unknown_role(f"/approver_limits/{place}/role"))
    if policy.review.escalate_to not in (None, *staff.known_roles):
        faults.append(_unknown_role("/review/escalate_to"))
    named = [(f"/steps/{place}", step.calendar) for place, step in enumerate(policy.steps)]
    for pointer, code in (*named, ("/review", policy.review.calendar)):
        calendar = await calendar_of(tx, code)
        if calendar is None or not calendar.is_active:
            faults.append(
                Fault(f"{pointer}/calendar", "unknown_calendar", "There is no such calendar, or it is retired.")
            )
    if faults:
        raise Invalid(errors=faults)
    return [{"pointer": each, "code": "nobody_asked"} for each in _unmanned(policy, staff)]


def _unmanned(policy: ApprovalPolicy, staff: Staff) -> Iterator[str]:
    """Yield where roles are asked that nobody has; account teams are each partner's own."""
    for place, step in enumerate(policy.steps):
        for number, each in enumerate(step.approvers):
            if each.role is not None and not staff.holders(each.role):
                yield f"/steps/{place}/approvers/{number}/role"


def _of_step(step: Step, staff: Staff, at: str) -> Iterator[Fault]:
    for place, each in enumerate(step.approvers):
        pointer = f"{at}/approvers/{place}"
        if each.role is not None and each.role not in staff.known_roles:
            yield _unknown_role(f"{pointer}/role")
        if each.account_id is not None:
            member = staff.members.get(each.account_id)
            if member is None:
                yield Fault(
                    f"{pointer}/account_id", "unknown_account", "There is no such member of the vendor's staff."
                )
            elif member.reach is None:
                yield Fault(
                    f"{pointer}/account_id", "cannot_approve", "The roles of this account do not let it answer."
                )
    if step.escalate_to is not None and step.escalate_to not in staff.known_roles:
        yield _unknown_role(f"{at}/escalate_to")


def _unknown_role(pointer: str) -> Fault:
    return Fault(pointer, "unknown_role", "Not a role of the vendor's staff.")
