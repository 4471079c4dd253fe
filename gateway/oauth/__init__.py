"""`/oauth/*`: tokens for apps and services (RFC 6749), revocation (RFC 7009), introspection (RFC 7662)."""
