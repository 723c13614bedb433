"""A template filled: docxtpl in a sandboxed environment, texts as text, the annex in our own layout behind it."""

from io import BytesIO

from docxtpl import DocxTemplate
from lxml import etree

from papers.docx import add_annex, set_properties
from papers.docx_styles import make_annex_styles
from papers.fields import context_of
from papers.letter import Letter

from .grammar import assert_allowed, environment


class Template(DocxTemplate):
    """A template in which nothing but fields, `for` and `if` is carried out, in the body, headers and footers."""

    def render_xml_part(self, src_xml, part, context, jinja_env=None):
        """Fill one part, after a look at what is really in it."""
        assert_allowed(jinja_env.parse(src_xml))
        return super().render_xml_part(src_xml, part, context, jinja_env)

    def fix_tables(self, xml):
        """Refuse what is no whole XML any more, which docxtpl would mend by guessing."""
        etree.fromstring(xml)
        return super().fix_tables(xml)

    def render_properties(self, context, jinja_env=None):
        """Leave them: they are set by us."""

    def render_footnotes(self, context, jinja_env=None):
        """Leave them: no fields there."""


def fill(content: bytes, kind: str, letter: Letter, *, author="", at=None, mark="") -> bytes:
    """Return the Word file a template makes of `letter`."""
    template = Template(BytesIO(content))
    template.render(context_of(kind, letter, mark), environment(), autoescape=True)
    document = template.docx
    set_properties(document, letter.title, author, at)
    if letter.annex:
        make_annex_styles(document)
        add_annex(document, letter.annex)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
