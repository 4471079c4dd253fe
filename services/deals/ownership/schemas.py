"""Bodies of assignments."""

from services.deals.ids import AccountId, PersonId
from shared.web.models import ReasonIn


class DealAssignmentIn(ReasonIn):
    """Who is to own the deal, named by the account or as one of the partner's `people`, and why."""

    account_id: AccountId | None = None
    person_id: PersonId | None = None
