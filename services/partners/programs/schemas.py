"""Bodies of programs."""

from typing import Annotated

from pydantic import Field

from shared.web.models import Body, Code, LifecycleOut, Long, Patch, Short, typeid

ProgramId = Annotated[str, typeid("prog")]


class ProgramIn(Body):
    """A new program; the first of a vendor is its default."""

    id: ProgramId | None = None
    code: Code
    name: Short
    description: Long | None = None


class ProgramPatch(Patch):
    """What can change of a program."""

    name: Annotated[Short, Field(default_factory=str)]
    description: Long | None = None


class ProgramOut(LifecycleOut):
    """A program."""

    code: str
    name: str
    description: str | None
    is_default: bool
