"""Leads: what comes in, who gets it, and what becomes of it.

Owns: leads and the people behind them, offers, routing policies and decisions, territories.
Publishes: lead.created, lead.offered, lead.accepted, lead.declined, lead.offer_expired, lead.recalled, lead.contacted,
lead.unroutable, lead.disqualified, lead.converted.
Listens to: partners (the partner directory) and deals (product families).

A feature uses only those before it: directory, territories, leads, offers, routing, handover, progress.
"""
