"""Style sheets, scripts and drawings are sent compressed, and pages whose address says nothing but which.

Why: a first visit stays small without a build step. A page holds secrets beside what a stranger may have put
into its address, and how well the two compress together would tell on them (BREACH). So a page that was asked
for with a query, or by a form, goes as it is; the others repeat nothing that a stranger chose, their tokens
are masked anew each time, and their length varies by chance besides.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

GetResponse = Callable[[HttpRequest], HttpResponseBase]

WORTH_IT = ("text/css", "text/javascript", "image/svg+xml")
PAGES = ("text/html", "text/css")
#: What tells the compressed form of a file from the file, in its entity tag.
MARK = '-gz"'


#: (path, entity tag) -> the file compressed. As many as there are files: some fifty.
_KEPT: dict[tuple[str, str], bytes] = {}


#: Bytes that a page's length varies by, at most.
CHANCE = 100


def compressed(get_response: GetResponse) -> GetResponse:
    """Middleware. Each version of a file is compressed once a process; its entity tag still answers 304."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        wanted = request.method == "GET" and "gzip" in request.headers.get("Accept-Encoding", "")
        if not wanted or not request.path.startswith(settings.STATIC_URL):
            response = get_response(request)
            return _page(response) if wanted and not request.META.get("QUERY_STRING") else response
        known = request.META.get("HTTP_IF_NONE_MATCH", "")
        request.META["HTTP_IF_NONE_MATCH"] = known.replace(MARK, '"')
        return _compressed(get_response(request), request.path)

    return middleware


def _page(response: HttpResponseBase) -> HttpResponseBase:
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK or kind not in PAGES:
        return response
    patch_vary_headers(response, ["Accept-Encoding"])
    response.content = compress_string(response.content, max_random_bytes=CHANCE)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _compressed(response: HttpResponseBase, path: str) -> HttpResponseBase:
    tag = response.headers.get("ETag", "")
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if not tag or (kind not in WORTH_IT and response.status_code != HTTPStatus.NOT_MODIFIED):
        return response
    if isinstance(response, FileResponse) and response.status_code == HTTPStatus.OK:
        body = _KEPT.get((path, tag)) or gzip.compress(b"".join(response), mtime=0)
        _KEPT[path, tag] = body
        headers = dict(response.headers) | {"Content-Encoding": "gzip", "Content-Length": str(len(body))}
        response.close()
        response = HttpResponse(body, headers=headers)
        patch_vary_headers(response, ["Accept-Encoding"])
    response.headers["ETag"] = tag[:-1] + MARK
    return response
