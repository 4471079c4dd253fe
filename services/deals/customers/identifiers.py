"""What identifies a customer, as bodies take it."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared.matching import judge_domain
from shared.web.models import Short


def _domain(text: str) -> str:
    match judge_domain(text).reason:
        case "malformed":
            raise PydanticCustomError("domain_malformed", "This is not a domain.")
        case "ip_address":
            raise PydanticCustomError("domain_ip_address", "The address of a computer is not a domain.")
        case "public_suffix":
            raise PydanticCustomError(
                "domain_public_suffix", "Domains are registered under this ending; it is none itself."
            )
    return text


Domain = Annotated[
    Short,
    AfterValidator(_domain),
    Field(
        description="A domain, or an address on it. One that many share, such as a mail provider's, identifies nobody."
    ),
]
TaxNumber = Annotated[
    Short, Field(description="A tax number or LEI, as written. It identifies a customer if its check digits hold.")
]
