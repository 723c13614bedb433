"""搜索 and 跨单位对照: get (scoped), call one verb, render."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boards.scope import last_place
from boards.topics import EXAMPLES, issued_items, like_item, on_topic
from tracking.search.search import LIMIT, load, words_of
from tracking.search.search import search as search_for
from workplans.ids import id_of
from workplans.models import Item
from workplans.replicas import reads_replica

PER_PAGE = 20
WHILE_TYPING = 20  # items, reports and parts looked for between two letters


@reads_replica
@require_safe
def search(request):
    """Search items and reports of all years."""
    text = request.GET.get("q", "")
    is_typing = request.headers.get("X-Requested-With") == "fetch"  # only what was found is sent, and the first of it
    result = search_for(request.user, text, WHILE_TYPING if is_typing else LIMIT)
    page = Paginator(result.hits, PER_PAGE).get_page(request.GET.get("page"))
    load(page.object_list)
    context = {
        "q": text,
        "is_short": bool(text.strip()) and not words_of(text),
        "result": result,
        "limit": LIMIT,
        "page": page,
        "is_typing": is_typing,
    }
    if is_typing:
        return render(request, "boards/_search_found.html", context)
    context["place"] = last_place(request.GET, request.user, timezone.localdate())
    return render(request, "boards/search.html", context)


@reads_replica
@require_safe
def topics(request):
    """Set side by side what several bureaus plan on one topic, or like one item."""
    text, asked = request.GET.get("q", ""), request.GET.get("item", "")
    item, groups = None, []
    place = last_place(request.GET, request.user, timezone.localdate())
    if asked:
        visible = Item.objects.visible_to(request.user).select_related("plan__organization")
        item = get_object_or_404(visible, pk=id_of(asked))
        groups = like_item(list(issued_items(request.user)), item)
    elif words_of(text):
        groups = on_topic(list(issued_items(request.user)), text)
    context = {
        "q": text,
        "item": item,
        "groups": groups,
        "organizations": len(place.organizations),
        "examples": EXAMPLES,
        "place": place,
    }
    return render(request, "boards/topics.html", context)
