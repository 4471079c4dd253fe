"""Incentives: what partners earn, why, and how it is paid.

Owns plans, plan versions and assignments, exchange rates, earnings and their explanations, the ledger and its periods,
recalculations, statements and payouts. Keeps a directory of partners with the tier they had on each day.

Publishes earning accrued, adjusted and clawed back; statement published; payout submitted, paid and failed.

Listens to deals (won, returned) and partners (directory).
"""
