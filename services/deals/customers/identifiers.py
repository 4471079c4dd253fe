"""What identifies a customer, as bodies take it."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.matching import Company, judge_domain, tax_id_key
from shared.web.models import Body, Country, Email, Short


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


def _lei(text: str) -> str:
    if not tax_id_key(f"LEI {text}").valid:
        raise PydanticCustomError("lei_check_digits", "The check digits of this LEI are wrong.")
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
Lei = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Z]{18}[0-9]{2}$"), AfterValidator(_lei), Field(description="ISO 17442.")
]
Duns = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{2}-?[0-9]{3}-?[0-9]{4}$"), Field(description="A D-U-N-S number.")
]
Phone = Annotated[
    str,
    StringConstraints(min_length=3, max_length=40),
    Field(description="As written; without a code it is of `country`."),
]
Address = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")]


class IdentityIn(Body):
    """What tells a customer from others: numbers of registers, its address, and how somebody there is reached."""

    domain: Domain | None = None
    country: Country | None = None
    tax_id: TaxNumber | None = None
    lei: Lei | None = None
    duns: Duns | None = None
    address: Address | None = None
    email: Email | None = None
    phone: Phone | None = None

    def company(self, name: str) -> Company:
        """Return the customer as a company to compare."""
        return Company(name, **self.model_dump(include=set(IdentityIn.model_fields)))
