"""Events that the partners service publishes."""

from datetime import date

from shared.events.envelope import Event


class PartnerDirectory(Event):
    """Full state of a partner, for the projections of sister services; subject: the partner."""

    type = "partner.directory.v1"
    public = False

    partner_id: str
    name: str
    country: str
    status: str
    tier: str | None
    tier_since: date | None
    partner_types: list[str]
    territories: list[str]
    product_families: list[str]
    lead_capacity: int
    accepts_leads: bool
    terminates_on: date | None = None


class VisibilityChanged(Event):
    """All partners a viewer reaches (`<partner id>/subtree` or an account id), replacing what was known."""

    type = "visibility.changed.v1"
    public = False

    viewer: str
    partners: dict[str, str]


class AccountTeamAssigned(Event):
    """A member of the vendor's staff looks after a partner from a day on."""

    type = "account_team.assigned.v1"
    account_team_id: str
    partner_id: str
    account_id: str
    role: str
    effective_from: date
    effective_to: date | None


class AccountTeamEnded(Event):
    """A member of the vendor's staff no longer looks after a partner."""

    type = "account_team.ended.v1"
    account_team_id: str
    partner_id: str
    account_id: str
    effective_to: date


class AccountTeamVacant(Event):
    """Who looked after a partner has left, and nobody has taken over."""

    type = "account_team.vacant.v1"
    account_team_id: str
    partner_id: str
    account_id: str


class RelationshipOffered(Event):
    """A partner has offered another one to stand above or below it."""

    type = "relationship.offered.v1"
    relationship_id: str
    parent_partner_id: str
    child_partner_id: str
    kind: str
    visibility: str
    effective_from: date
    effective_to: date | None


class RelationshipAgreed(Event):
    """A partner stands above another from a day on: the vendor has set it, or the other one has accepted."""

    type = "relationship.agreed.v1"
    relationship_id: str
    parent_partner_id: str
    child_partner_id: str
    kind: str
    visibility: str
    effective_from: date
    effective_to: date | None


class RelationshipChanged(Event):
    """What the partner above sees has changed, or until when."""

    type = "relationship.changed.v1"
    relationship_id: str
    parent_partner_id: str
    child_partner_id: str
    kind: str
    visibility: str
    effective_from: date
    effective_to: date | None


class RelationshipLapsed(Event):
    """An offer was declined or taken back, or nobody has answered it in time; its status says which."""

    type = "relationship.lapsed.v1"
    relationship_id: str
    parent_partner_id: str
    child_partner_id: str
    kind: str
    visibility: str
    effective_from: date
    effective_to: date | None


class RelationshipEnded(Event):
    """A partner no longer stands above another."""

    type = "relationship.ended.v1"
    relationship_id: str
    parent_partner_id: str
    child_partner_id: str
    kind: str
    visibility: str
    effective_from: date
    effective_to: date | None


class TierState(Event):
    """Full state of a tier, for the projections of sister services; subject: the tier."""

    type = "partner.tier.state.v1"
    public = False

    code: str
    program: str
    name: str
    rank: int
    status: str
    protection_days: int | None
    deal_limit: int | None
    deal_limit_currency: str | None


class ApplicationSubmitted(Event):
    """A company has applied to become a partner."""

    type = "partner.application.submitted.v1"
    application_id: str


class ApplicationDecided(Event):
    """An application was approved or rejected, by a person or by policy."""

    type = "partner.application.decided.v1"
    application_id: str
    decision: str
    partner_id: str | None
    automatic: bool


class PartnerApproved(Event):
    """A partner came into being from an approved application."""

    type = "partner.approved.v1"
    partner_id: str
    application_id: str | None


class PartnerActivated(Event):
    """A partner may work: register deals, receive leads."""

    type = "partner.activated.v1"
    partner_id: str


class PartnerSuspended(Event):
    """A partner is read-only: no new deals or leads, protections frozen, earnings held."""

    type = "partner.suspended.v1"
    partner_id: str
    reason: str


class PartnerReinstated(Event):
    """A suspended partner may work again."""

    type = "partner.reinstated.v1"
    partner_id: str


class PartnerTerminated(Event):
    """The partnership ends on the effective date."""

    type = "partner.terminated.v1"
    partner_id: str
    effective_on: date
    reason: str


class TierChanged(Event):
    """A partner is in another tier from a day on."""

    type = "partner.tier_changed.v1"
    partner_id: str
    old_tier: str | None
    new_tier: str
    effective_on: date


class UserInvited(Event):
    """A person was invited to sign in for a partner; the gateway asks for name and address."""

    type = "partner.user.invited.v1"
    person_id: str
    partner_id: str
    roles: list[str]


class UserDeactivated(Event):
    """A person no longer acts for a partner."""

    type = "partner.user.deactivated.v1"
    person_id: str
    partner_id: str


class UserRolesChanged(Event):
    """A person's roles inside a partner have changed."""

    type = "partner.user.roles_changed.v1"
    person_id: str
    partner_id: str
    roles: list[str]
