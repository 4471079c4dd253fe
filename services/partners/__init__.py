"""Partners: who they are, how they become one, who acts for them, and in which tier they are.

Owns applications and screening policies, partners, people, programs and tiers, account teams, the hierarchy, and the keys that identify
companies. Keeps what the gateway says of the vendor's staff.
Publishes `partner.*`, `account_team.*` and `relationship.*` events, and a partner's and a tier's full state and what each viewer reaches
for the projections of its sisters.
Listens to the gateway: a person who accepted an invitation, the vendor's accounts.
"""
