"""What a browser would send of a form on a page: read from the HTML itself, with nothing of Django's forms."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.data = form_id, False, {}
        self.select = self.options = self.text = self.name = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        if not self.inside or "disabled" in attrs:
            return
        name = attrs.get("name")
        if tag == "input" and name and attrs.get("type") not in ("submit", "button", "file", "image"):
            if attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs:
                self.data.setdefault(name, []).append(attrs.get("value", "on" if "checked" in attrs else ""))
        elif tag == "select":
            self.select, self.options, self.several = name, [], "multiple" in attrs
        elif tag == "option" and self.select:
            self.options.append((attrs.get("value", ""), "selected" in attrs))
        elif tag == "textarea":
            self.name, self.text = name, ""

    def handle_data(self, data):
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.text is not None:
            self.data.setdefault(self.name, []).append(self.text.removeprefix("\n").replace("\n", "\r\n"))
            self.text = None
        elif tag == "select" and self.select:
            chosen = [value for value, is_selected in self.options if is_selected]
            if not chosen and self.options and not self.several:
                chosen = [self.options[0][0]]
            if chosen:
                self.data.setdefault(self.select, []).extend(chosen)
            self.select = None


def sent_by_browser(response, form_id) -> dict[str, list[str]]:
    """Return name → values of the form with this id, as a browser sends it untouched."""
    reader = _Reader(form_id)
    reader.feed(response.content.decode())
    assert reader.data, f"no form {form_id}"
    return reader.data
