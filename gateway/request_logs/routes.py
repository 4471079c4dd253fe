"""`/v1/request-logs`."""

from gateway.request_logs.queries import REQUEST_LOGS
from gateway.request_logs.schemas import RequestLogOut
from shared.web.router import Router

router = Router("request-logs")
router.lists(
    REQUEST_LOGS, RequestLogOut, summary="Requests of the caller's side and how they were answered, newest first."
)
router.reads(REQUEST_LOGS, RequestLogOut, summary="One request and how it was answered.")
