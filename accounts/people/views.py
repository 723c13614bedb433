"""人员: the people of a bureau, the workbook out and back, the slips of first passwords."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from audit.kinds import EventKind
from audit.recording import record, records
from workplans import access
from workplans.admin.workbooks import KEPT, UploadStorage
from workplans.ids import ids_of, whole_number
from workplans.models import Organization
from workplans.reading_limits import limited
from workplans.steps import post_only
from workplans.uploads import MAX_BYTES, UploadError

from .comparing import compare, people_of_bureau
from .reading import read_people
from .saving import PeopleRefused, reset_passwords, save_people
from .template import people_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GONE = "预览已经失效，请重新上传文件。"


def _organization(request, pk) -> Organization:
    """Return a bureau whose people the user keeps; 404 for one that is not the user's to see."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if refused := access.keeps_people(request.user, organization):
        raise PermissionDenied(refused)
    return organization


def _signer(request, organization):
    return signing.TimestampSigner(salt=f"people-upload:{request.user.pk}:{organization.pk}")


@require_safe
def people_home(request):
    """Choose the bureau whose people are to be kept; where there is one only, go there."""
    if refused := access.keeps_people(request.user, None):
        raise PermissionDenied(refused)
    organizations = [
        each
        for each in Organization.objects.visible_to(request.user)
        if access.keeps_people(request.user, each) is None
    ]
    if len(organizations) == 1:
        return redirect("people", organizations[0].pk)
    return render(request, "accounts/people_home.html", {"organizations": organizations})


@limited
@require_http_methods(["GET", "HEAD", "POST"])
def people(request, pk):
    """List the people of a bureau; take in a workbook and show what it would do."""
    organization = _organization(request, pk)
    problem = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if getattr(request, "is_too_large", False):
                raise UploadError(f"文件超过 {MAX_BYTES >> 20} MB，请分成几个文件导入。")
            if upload is None or not upload.size:
                raise UploadError("请选择要导入的文件。" if upload is None else "文件是空的。")
            content = upload.read()
            plan = compare(read_people(upload.name, content), organization, request.user)
            record(EventKind.UPLOAD, request, target=upload.name)
            return _preview(request, organization, plan, _kept(content), upload.name)
        except UploadError as refused:
            problem = str(refused)
            record(EventKind.UPLOAD, request, target=getattr(upload, "name", ""), success=False, detail=problem)
    context = {
        "organization": organization, "problem": problem, "max_bytes": MAX_BYTES, "people": _listed(request, organization),
    }  # fmt: skip
    return render(request, "accounts/people.html", context)


def _listed(request, organization) -> list[dict]:
    """The people with their posts here, those who left last; whether a new password may be given to each."""
    rows = [
        {
            "user": user,
            "posts": [each for each in user.memberships.all() if each.organization_id == organization.pk],
            "may_reset": user.is_active and access.resets_password(request.user, user, organization) is None,
        }
        for user in people_of_bureau(organization)
    ]
    return sorted(rows, key=lambda row: (not row["user"].is_active, *_place(row["posts"][0])))


def _place(membership) -> tuple:
    office = membership.office
    return (office is not None, office.position if office else 0, office.pk if office else 0, membership.pk)


def _kept(content) -> str:
    """Keep an upload for an hour under a name nobody can guess, as the other workbooks; return that name."""
    storage = UploadStorage()
    storage.save(content)
    return storage.name


def _preview(request, organization, plan, kept, name, problem=""):
    context = {
        "organization": organization, "plan": plan, "problem": problem, "file_name": name,
        "file": _signer(request, organization).sign_object({"kept": kept, "name": name}),
    }  # fmt: skip
    return render(request, "accounts/people_preview.html", context)


@sensitive_variables("saved")
@post_only
def people_confirm(request, pk):
    """Store what was previewed; show the slips, once."""
    organization = _organization(request, pk)
    try:
        told = _signer(request, organization).unsign_object(request.POST.get("file", ""), max_age=KEPT)
        stored = UploadStorage(name=told["kept"], read_mode="rb")
        sheet = read_people(told["name"], stored.read())
    except (signing.BadSignature, FileNotFoundError):
        messages.error(request, GONE)
        return redirect("people", pk)
    except UploadError as refused:
        messages.error(request, str(refused))
        return redirect("people", pk)
    plan = compare(sheet, organization, request.user, _usernames(request.POST))
    leavers = set(ids_of(request.POST.getlist("leaver")))
    try:
        if request.POST.get("seen") != plan.digest:
            raise PeopleRefused("预览之后数据有了变化，什么也没有导入。请核对下面的内容后再确认。")
        saved = save_people(plan, leavers, request, now=timezone.now())
    except PeopleRefused as refused:
        record(EventKind.IMPORT, request, target=f"人员 {organization}", success=False, detail=str(refused))
        return _preview(request, organization, plan, told["kept"], told["name"], str(refused))
    stored.remove()
    if not saved.slips:
        messages.success(request, f"导入完成：{saved.sentence}")
        return redirect("people", pk)
    return _slips(request, organization, saved.slips, f"导入完成：{saved.sentence}")


def _usernames(data) -> dict[int, str]:
    """The user names as corrected in the preview, by row."""
    prefix = "username-"
    rows = {name: whole_number(name.removeprefix(prefix)) for name in data if name.startswith(prefix)}
    return {row: data[name] for name, row in rows.items() if row is not None}


@sensitive_variables("slips")
@post_only
def people_passwords(request, pk):
    """Give those ticked new first passwords; show the slips, once."""
    organization = _organization(request, pk)
    try:
        slips = reset_passwords(organization, set(ids_of(request.POST.getlist("person"))), request, now=timezone.now())
    except PeopleRefused as refused:
        messages.error(request, str(refused))
        return redirect("people", pk)
    return _slips(request, organization, slips, f"已为 {len(slips)} 人重新设置一次性密码，原来的密码不能再用。")


def _slips(request, organization, slips, sentence):
    context = {
        "organization": organization, "slips": slips, "sentence": sentence, "site": request.build_absolute_uri("/"),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "accounts/password_slips.html", context)


@records(EventKind.EXPORT)
@require_safe
def people_template(request, pk):
    """Send the workbook to fill in, with who serves already."""
    organization = _organization(request, pk)
    response = HttpResponse(people_workbook(organization), content_type=XLSX)
    name = f"人员_{organization}_{timezone.localdate():%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
