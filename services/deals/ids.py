"""The ids this service reads from its callers."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from shared.values.ids import pattern

_EXAMPLE: Final = "01h455vb4pex5vsknk084sn02q"

ApprovalPolicyId = Annotated[str, StringConstraints(pattern=pattern("apol")), Field(examples=[f"apol_{_EXAMPLE}"])]
CustomerId = Annotated[str, StringConstraints(pattern=pattern("cus")), Field(examples=[f"cus_{_EXAMPLE}"])]
DealId = Annotated[str, StringConstraints(pattern=pattern("deal")), Field(examples=[f"deal_{_EXAMPLE}"])]
EngagementId = Annotated[str, StringConstraints(pattern=pattern("eng")), Field(examples=[f"eng_{_EXAMPLE}"])]
PartnerId = Annotated[str, StringConstraints(pattern=pattern("ptr")), Field(examples=[f"ptr_{_EXAMPLE}"])]
ProductFamilyId = Annotated[str, StringConstraints(pattern=pattern("pfam")), Field(examples=[f"pfam_{_EXAMPLE}"])]
ReturnId = Annotated[str, StringConstraints(pattern=pattern("ret")), Field(examples=[f"ret_{_EXAMPLE}"])]
ShareTemplateId = Annotated[str, StringConstraints(pattern=pattern("shr")), Field(examples=[f"shr_{_EXAMPLE}"])]
