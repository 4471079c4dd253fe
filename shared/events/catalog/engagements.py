"""Events of engagements. They name who takes part, and nothing of the deal: whoever was told keeps what it was told."""

from shared.events.envelope import Event


class EngagementRequested(Event):
    """A partner wants to bring another into its deal, which the vendor approves first; the other one is not told."""

    type = "deal.engagement.requested.v1"
    engagement_id: str
    source_partner_id: str
    partner_id: str
    role: str


class EngagementRejected(Event):
    """The vendor has kept a partner from being invited; that one is not told."""

    type = "deal.engagement.rejected.v1"
    engagement_id: str
    source_partner_id: str
    partner_id: str
    role: str


class EngagementInvited(Event):
    """A partner was invited to take part in another's deal."""

    type = "deal.engagement.invited.v1"
    engagement_id: str
    source_partner_id: str
    partner_id: str
    role: str


class EngagementAccepted(Event):
    """A partner takes part in another's deal."""

    type = "deal.engagement.accepted.v1"
    engagement_id: str
    source_partner_id: str
    partner_id: str
    role: str


class EngagementDeclined(Event):
    """A partner does not want to take part."""

    type = "deal.engagement.declined.v1"
    engagement_id: str
    source_partner_id: str
    partner_id: str
    role: str


class EngagementWithdrawn(Event):
    """An invitation was taken back before it was answered."""

    type = "deal.engagement.withdrawn.v1"
    engagement_id: str
    source_partner_id: str
    partner_id: str
    role: str


class EngagementExpired(Event):
    """An invitation was not answered in time."""

    type = "deal.engagement.expired.v1"
    engagement_id: str
    source_partner_id: str
    partner_id: str
    role: str


class EngagementEnded(Event):
    """A partner no longer takes part in another's deal."""

    type = "deal.engagement.ended.v1"
    engagement_id: str
    source_partner_id: str
    partner_id: str
    role: str
