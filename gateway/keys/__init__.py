"""The signing keys of access tokens: sealed at rest, published as a JSON Web Key Set."""
