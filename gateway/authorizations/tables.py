"""What people have allowed apps to do, from the consent until the app has taken it up."""

from gateway.metadata import METADATA
from shared.db.columns import document, entity, identifier, text
from shared.db.walls import plumbing_wall

authorizations = entity(
    "authorizations",
    METADATA,
    identifier("account_id"),
    identifier("partner_id", null=True),
    identifier("person_id", null=True),
    identifier("client_id"),
    # The session in which the person agreed, and the one that the app was given for the code.
    identifier("agreed_in"),
    identifier("session_id", null=True),
    text("redirect_uri"),
    text("code_challenge"),
    document("scopes"),
    text("status", check=("open", "used")),
    wall=plumbing_wall(),
)
