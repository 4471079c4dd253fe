"""The ids this service reads from its callers."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from shared.values.ids import pattern

_EXAMPLE: Final = "01h455vb4pex5vsknk084sn02q"

AccountId = Annotated[str, StringConstraints(pattern=pattern("acc")), Field(examples=[f"acc_{_EXAMPLE}"])]
ApprovalDelegationId = Annotated[str, StringConstraints(pattern=pattern("adel")), Field(examples=[f"adel_{_EXAMPLE}"])]
ApprovalPolicyId = Annotated[str, StringConstraints(pattern=pattern("apol")), Field(examples=[f"apol_{_EXAMPLE}"])]
AttributionId = Annotated[str, StringConstraints(pattern=pattern("atr")), Field(examples=[f"atr_{_EXAMPLE}"])]
BundleId = Annotated[str, StringConstraints(pattern=pattern("bndl")), Field(examples=[f"bndl_{_EXAMPLE}"])]
ConflictPolicyId = Annotated[str, StringConstraints(pattern=pattern("cpol")), Field(examples=[f"cpol_{_EXAMPLE}"])]
CustomerId = Annotated[str, StringConstraints(pattern=pattern("cus")), Field(examples=[f"cus_{_EXAMPLE}"])]
DealActivityId = Annotated[str, StringConstraints(pattern=pattern("dact")), Field(examples=[f"dact_{_EXAMPLE}"])]
DealId = Annotated[str, StringConstraints(pattern=pattern("deal")), Field(examples=[f"deal_{_EXAMPLE}"])]
DealNoteId = Annotated[str, StringConstraints(pattern=pattern("dnote")), Field(examples=[f"dnote_{_EXAMPLE}"])]
DealTaskId = Annotated[str, StringConstraints(pattern=pattern("dtask")), Field(examples=[f"dtask_{_EXAMPLE}"])]
DirectOpportunityId = Annotated[str, StringConstraints(pattern=pattern("dopp")), Field(examples=[f"dopp_{_EXAMPLE}"])]
DomainLinkId = Annotated[str, StringConstraints(pattern=pattern("dlnk")), Field(examples=[f"dlnk_{_EXAMPLE}"])]
EngagementId = Annotated[str, StringConstraints(pattern=pattern("eng")), Field(examples=[f"eng_{_EXAMPLE}"])]
EvidenceId = Annotated[str, StringConstraints(pattern=pattern("evd")), Field(examples=[f"evd_{_EXAMPLE}"])]
FileId = Annotated[str, StringConstraints(pattern=pattern("file")), Field(examples=[f"file_{_EXAMPLE}"])]
PartnerId = Annotated[str, StringConstraints(pattern=pattern("ptr")), Field(examples=[f"ptr_{_EXAMPLE}"])]
PersonId = Annotated[str, StringConstraints(pattern=pattern("per")), Field(examples=[f"per_{_EXAMPLE}"])]
PipelineId = Annotated[str, StringConstraints(pattern=pattern("pln")), Field(examples=[f"pln_{_EXAMPLE}"])]
PriceListId = Annotated[str, StringConstraints(pattern=pattern("plst")), Field(examples=[f"plst_{_EXAMPLE}"])]
ProductFamilyId = Annotated[str, StringConstraints(pattern=pattern("pfam")), Field(examples=[f"pfam_{_EXAMPLE}"])]
ProductId = Annotated[str, StringConstraints(pattern=pattern("prod")), Field(examples=[f"prod_{_EXAMPLE}"])]
PromotionId = Annotated[str, StringConstraints(pattern=pattern("promo")), Field(examples=[f"promo_{_EXAMPLE}"])]
QuoteId = Annotated[str, StringConstraints(pattern=pattern("quo")), Field(examples=[f"quo_{_EXAMPLE}"])]
RegistrationPolicyId = Annotated[str, StringConstraints(pattern=pattern("rgp")), Field(examples=[f"rgp_{_EXAMPLE}"])]
RetentionPolicyId = Annotated[str, StringConstraints(pattern=pattern("rtp")), Field(examples=[f"rtp_{_EXAMPLE}"])]
ReturnId = Annotated[str, StringConstraints(pattern=pattern("ret")), Field(examples=[f"ret_{_EXAMPLE}"])]
ShareTemplateId = Annotated[str, StringConstraints(pattern=pattern("shr")), Field(examples=[f"shr_{_EXAMPLE}"])]
SolutionId = Annotated[str, StringConstraints(pattern=pattern("sol")), Field(examples=[f"sol_{_EXAMPLE}"])]
SpecialPriceId = Annotated[str, StringConstraints(pattern=pattern("spa")), Field(examples=[f"spa_{_EXAMPLE}"])]
TenderId = Annotated[str, StringConstraints(pattern=pattern("tend")), Field(examples=[f"tend_{_EXAMPLE}"])]
