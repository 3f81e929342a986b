"""Style sheets, scripts and drawings are sent compressed; pages are not.

Why: a first visit stays small without a build step. A page holds secrets beside what a stranger may have put
into its address, and how well the two compress together would tell on them (BREACH), so pages go as they are.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponseBase]

WORTH_IT = ("text/css", "text/javascript", "image/svg+xml")
#: What tells the compressed form of a file from the file, in its entity tag.
MARK = '-gz"'


#: (path, entity tag) -> the file compressed. As many as there are files: some fifty.
_KEPT: dict[tuple[str, str], bytes] = {}


def compressed_static_files(get_response: GetResponse) -> GetResponse:
    """Middleware. Each version of a file is compressed once a process; its entity tag still answers 304."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        wanted = request.method == "GET" and "gzip" in request.headers.get("Accept-Encoding", "")
        if not wanted or not request.path.startswith(settings.STATIC_URL):
            return get_response(request)
        known = request.META.get("HTTP_IF_NONE_MATCH", "")
        request.META["HTTP_IF_NONE_MATCH"] = known.replace(MARK, '"')
        return _compressed(get_response(request), request.path)

    return middleware


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
