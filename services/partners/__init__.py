"""Partners: who they are, how they become one, who acts for them, and in which tier they are.

Owns applications and screening policies, partners, people, programs and tiers, and the keys that identify companies.
Publishes `partner.*` events, and a partner's and a tier's full state for the projections of its sisters.
Listens to the gateway: a person who accepted an invitation.
"""
