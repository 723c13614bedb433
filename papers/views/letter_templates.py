"""Pages of the bureau's Word templates: which are in use, what can be printed, upload, sample, back to our layout."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from audit.kinds import EventKind
from audit.recording import record, records
from papers.fields import context_of, fields_of
from papers.printing import docx_of
from papers.shapes import SHAPES
from papers.template_forms import TemplateForm
from papers.templates_in_use import TemplateRefused, use_standard, use_template
from papers.templating.sandbox import NotPrintable
from papers.templating.standard import standard_template
from tracking.models import LetterTemplate, PaperKind
from workplans import access
from workplans.models import Organization
from workplans.steps import post_only

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORM_METHODS = ("GET", "HEAD", "POST")
SAMPLE_MARK = "样例"


def _place(request, pk, kind):
    """Return the organization and kind of the address, for its supervisors; another organization answers 404."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if kind not in PaperKind.values:
        raise Http404("没有这种文书。")
    if refused := access.refusal(request.user, "add", LetterTemplate, LetterTemplate(organization=organization)):
        raise PermissionDenied(refused)
    return organization, PaperKind(kind)


@require_safe
def template_list(request):
    """List the kinds of papers of each bureau the user supervises, with the template in use."""
    if refused := access.refusal(request.user, "add", LetterTemplate):
        raise PermissionDenied(refused)
    organizations = access.scope_supervised(Organization.objects.all(), request.user, "pk")
    rows = LetterTemplate.objects.visible_to(request.user).select_related("uploaded_by").defer("content").order_by("pk")
    last = {(row.organization_id, row.kind): row for row in rows}
    context = {"places": [(each, [(kind, last.get((each.pk, kind))) for kind in PaperKind]) for each in organizations]}
    return render(request, "papers/template_list.html", context)


@require_http_methods(FORM_METHODS)
def template_page(request, pk, kind):
    """Show the fields and the template in use (GET); check a file and put it into use (POST)."""
    organization, kind = _place(request, pk, kind)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, problems = TemplateForm(*sent), []
    if request.method == "POST" and form.is_valid():
        name, content = form.cleaned_data["file"].name, form.cleaned_data["file"].read()
        try:
            row = use_template(organization, kind, name, content, by=request.user, now=timezone.now())
            record(EventKind.UPLOAD, request, target=row)
            messages.success(request, f"“{name}”已经检查并启用，以后汇编的{kind.label}按它排版；已经签的不变。")
            return redirect("papers:template_page", pk=pk, kind=kind.value)
        except TemplateRefused as refused:
            record(EventKind.UPLOAD, request, target=name, success=False, detail=refused.problems[0])
            problems = refused.problems
    rows = (
        LetterTemplate.objects.filter(organization=organization, kind=kind)
        .select_related("uploaded_by")
        .defer("content")
    )
    context = {
        "organization": organization,
        "kind": kind,
        "form": form,
        "problems": problems,
        "rows": rows,
        "fields": _fields(kind),
    }
    return render(request, "papers/template_page.html", context)


def _fields(kind):
    """Return each field with its tag and an example from the sample."""
    example = context_of(kind, SHAPES[kind].sample, SAMPLE_MARK)
    found = []
    for field in fields_of(kind).values():
        if not field.columns:
            found.append((f"{{{{ {field.name} }}}}", field.meaning, example[field.name]))
            continue
        variable = "行" if field.name == "事项" else "段"
        unit = "tr" if field.name == "事项" else "p"
        found.append(
            (
                f"{{%{unit} for {variable} in {field.name} %}} … {{%{unit} endfor %}}",
                field.meaning,
                f"{len(example[field.name])}条",
            )
        )
        for column in field.columns:
            value = example[field.name][0][column.name]
            tag = (
                f"{{{{ {variable}.{column.name} }}}}"
                if column.is_text
                else f"{{%p if {variable}.{column.name} %}} … {{%p endif %}}"
            )
            found.append(
                (tag, column.meaning, {True: "是", False: "否"}.get(value, value) if isinstance(value, bool) else value)
            )
    return found


@records(EventKind.DOWNLOAD)
@require_safe
def template_standard(request, pk, kind):
    """Hand out our own layout as a template to begin with."""
    _organization, kind = _place(request, pk, kind)
    return _file(standard_template(kind), f"标准模板（{kind.label}）.docx")


@records(EventKind.DOWNLOAD)
@require_safe
def template_sample(request, pk, kind):
    """Hand out the sample letter as the template in use prints it."""
    organization, kind = _place(request, pk, kind)
    template = LetterTemplate.objects.in_use(organization.pk, kind)
    try:
        content = docx_of(SHAPES[kind].sample, template, author=organization.name, at=None, mark=SAMPLE_MARK)
    except NotPrintable as problem:
        messages.error(request, str(problem))
        return redirect("papers:template_page", pk=pk, kind=kind.value)
    return _file(content, f"样例（{kind.label}）.docx")


@records(EventKind.DOWNLOAD)
@require_safe
def template_file(request, pk):
    """Hand out a template as it was uploaded."""
    row = get_object_or_404(LetterTemplate.objects.visible_to(request.user).exclude(content=None), pk=pk)
    return _file(bytes(row.content), row.name)


@post_only
def template_reset(request, pk, kind):
    """Go back to our own layout."""
    organization, kind = _place(request, pk, kind)
    row = use_standard(organization, kind, by=request.user, now=timezone.now())
    record(EventKind.SETTINGS, request, target=row)
    messages.success(request, f"以后汇编的{kind.label}按标准版式排版；已经签的不变。")
    return redirect("papers:template_page", pk=pk, kind=kind.value)


def _file(content, name):
    response = HttpResponse(content, content_type=DOCX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
