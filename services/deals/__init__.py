"""Deals: registration of deals, channel conflict, protection and the pipeline.

Owns      customers and their keys, product families, deals, protection claims, conflict checks and cases, approval policies, returns;
          evidence, notes and tasks of deals, registration policies, tenders, registration quality;
          products, bundles, price lists, promotions, special prices and quotes.
Publishes deal.*, product.*, price_list.*, quote.*, customer.directory, product_family.state.
Listens   partners: partner.directory (who may register, at which tier; suspension pauses protection);
          leads: lead.converted (becomes a deal).
"""
