"""Bodies of what a partner makes of a lead."""

from shared.web.models import Body, PositiveMoneyBody, Short


class ConvertIn(Body):
    """The deal to be; the company's name and the lead's own amount stand in for what is left out."""

    title: Short | None = None
    amount: PositiveMoneyBody | None = None
