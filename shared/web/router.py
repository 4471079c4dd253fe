"""Declares the operations of a noun."""

from collections.abc import Callable, Mapping, Sequence
from types import UnionType
from typing import Any, TypeVar

from pydantic import BaseModel

from shared.db.read import MOST_COUNTED, Page
from shared.db.resource import Resource
from shared.errors import Problem
from shared.web import params
from shared.web.batch import batch_of
from shared.web.deprecation import Deprecation
from shared.web.json import LARGEST_BODY
from shared.web.models import CountOut, list_of
from shared.web.operation import Operation

F = TypeVar("F", bound=Callable[..., Any])


class Router:
    """The operations under `/v1/<noun>` (or another prefix), in the order they were declared."""

    def __init__(self, noun: str, *, prefix: str = "/v1") -> None:
        self.noun = noun
        self.base = f"{prefix}/{noun}" if noun else prefix
        self.operations: list[Operation] = []
        self._name = noun.replace("-", "_").replace("/", "_")

    def lists(
        self, resource: Resource, out: type[BaseModel], *, summary: str, path: str = "", in_spec: bool = True
    ) -> None:
        """Declare the list of a resource: pages, filters, sorts and sparse fields come from its declaration."""

        async def list_rows(read: params.Read, request: params.Http) -> Page:
            return await read.page(resource, request.query)

        list_rows.__name__, list_rows.__doc__ = f"list_{self._name}", summary
        self.get(path, permission=resource.permission, out=list_of(out), listing=resource, in_spec=in_spec)(list_rows)
        self.counts(resource, path=path, in_spec=in_spec)

    def counts(self, resource: Resource, *, path: str = "", in_spec: bool = True) -> None:
        """Declare how many rows the list has: a call of its own, since pages do not need it and it costs more than they."""

        async def count_rows(read: params.Read, request: params.Http) -> Any:
            found = await read.count(resource, request.query)
            return {"object": "count", "count": min(found, MOST_COUNTED), "capped": found > MOST_COUNTED}

        count_rows.__name__ = f"count_{self._name}"
        count_rows.__doc__ = f"How many the list has, with the same filters; counted up to {MOST_COUNTED:,}."
        self.get(f"{path}/count", permission=resource.permission, out=CountOut, counting=resource, in_spec=in_spec)(
            count_rows
        )

    def reads(self, resource: Resource, out: type[BaseModel], *, summary: str, in_spec: bool = True) -> None:
        """Declare the single read of a resource by its id."""

        async def get_row(id: str, read: params.Read) -> Any:  # noqa: A002
            return await read.get(resource, id)

        get_row.__name__, get_row.__doc__ = f"get_{resource.object}", summary
        self.get("/{id}", permission=resource.permission, out=out, returns=resource, in_spec=in_spec)(get_row)

    def get(self, path: str = "", **declared: Any) -> Callable[[F], F]:
        """Declare a read of another kind."""
        return self._declare("GET", path, **declared)

    def post(self, path: str = "", **declared: Any) -> Callable[[F], F]:
        """Declare a creation or an action."""
        return self._declare("POST", path, **declared)

    def patch(self, path: str = "/{id}", **declared: Any) -> Callable[[F], F]:
        """Declare a merge-patch."""
        return self._declare("PATCH", path, **declared)

    def put(self, path: str, **declared: Any) -> Callable[[F], F]:
        """Declare a replacement."""
        return self._declare("PUT", path, **declared)

    def delete(self, path: str = "/{id}", **declared: Any) -> Callable[[F], F]:
        """Declare a removal."""
        return self._declare("DELETE", path, **declared)

    def _declare(
        self,
        method: str,
        path: str,
        *,
        permission: str | None,
        out: type[BaseModel] | UnionType | None = None,
        returns: Resource | None = None,
        about: Resource | None = None,
        status: int = 200,
        also: Mapping[int, str] | None = None,
        problems: Sequence[type[Problem]] = (),
        query: Sequence[dict[str, Any]] = (),
        key_required: bool = False,
        secret: bool = False,
        public: bool = False,
        in_spec: bool = True,
        largest_body: int = LARGEST_BODY,
        body_type: str | None = None,
        open_query: bool = False,
        cost: int | None = None,
        deprecation: Deprecation | None = None,
        listing: Resource | None = None,
        counting: Resource | None = None,
        batch: bool = True,
        keyed: bool = False,
    ) -> Callable[[F], F]:
        """Keep an operation; `about` is the resource that the path names, where `returns` is another."""

        def keep(endpoint: F) -> F:
            operation = Operation(
                self.base + path,
                endpoint,
                method=method,
                noun=self.noun,
                permission=permission,
                returns=returns,
                about=about,
                listing=listing,
                counting=counting,
                also={code: {"model": out, "description": text} for code, text in (also or {}).items()},
                problems=problems,
                query=query,
                key_required=key_required,
                secret=secret,
                public=public,
                out=out,
                status=status,
                in_spec=in_spec,
                largest_body=largest_body,
                body_type=body_type,
                open_query=open_query,
                cost=cost,
                deprecation=deprecation,
                keyed=keyed,
            )
            self.operations.append(operation)
            # `batch=False` is for what a tenant has one of, and for what is long work already.
            if batch and (several := batch_of(operation)) is not None:
                self.operations.append(several)
            return endpoint

        return keep
