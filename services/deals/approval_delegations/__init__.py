"""Delegations of approval: who answers for an approver from one time to another."""
