"""One link for the style sheets that a template lists; each its own while someone works on them (DEBUG)."""

from __future__ import annotations

import re

from django import template
from django.conf import settings
from django.template import Context, NodeList
from django.template.base import Parser, Token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html

from config import stylesheets

register = template.Library()


@register.tag
def joined(parser: Parser, _token: Token) -> _Joined:
    """{% joined %} links to files in static/ {% endjoined %}."""
    nodes = parser.parse(("endjoined",))
    parser.delete_first_token()
    return _Joined(nodes)


class _Joined(template.Node):
    def __init__(self, nodes: NodeList) -> None:
        self.nodes = nodes

    def render(self, context: Context) -> str:
        links = self.nodes.render(context)
        if settings.DEBUG:
            return links
        names = re.findall(rf'href="{re.escape(static(""))}([^"]+)"', links)
        address = reverse("stylesheet", args=[stylesheets.joined(names)])
        return format_html('<link rel="stylesheet" href="{}">', address)
