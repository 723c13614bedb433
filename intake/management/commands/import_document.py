"""manage.py import_document FILE… [--dry-run] [--json] [--organization NAME]"""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from audit.kinds import EventKind
from audit.recording import record
from importer.drafts.as_json import drafts_to_json
from importer.drafts.drafts import Problem, Severity
from importer.files.readers import UnreadableDocument
from importer.sandbox import read_under_limits
from intake.feedback import load
from workplans.loading import NotLoadable, Upload


class Command(BaseCommand):
    """Import work plans and feedback letters, one transaction each."""

    help = (
        "导入工作计划或进展反馈（.docx、.pdf、.ofd、.xlsx、.txt、.html、.mht；装有 LibreOffice 时还有 .doc、.wps、.rtf、.odt、.xls、.et、.ods），"
        "每份文件一次写入；同一份文件再次导入不会改变任何数据。"
    )

    def add_arguments(self, parser):
        """Declare the arguments."""
        parser.add_argument("files", nargs="+", metavar="文件", help="要导入的文件，可以是多个")
        parser.add_argument("--dry-run", action="store_true", help="只解析，不写入")
        parser.add_argument("--json", action="store_true", help="每份文件输出一个 JSON 对象")
        parser.add_argument("--organization", metavar="单位", help="文件所属单位；不写时按印发机关判断")

    def handle(self, *args, **options):
        """Import each file; exit with 1 if any could not be stored."""
        if not options["dry_run"]:
            self._require_database()
        failed = [name for name in options["files"] if not self._import(Path(name), options)]
        if failed:
            raise SystemExit(1)

    def _require_database(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("数据库还没有建立或不是最新，请先运行 python manage.py migrate（或 make run）。")

    def _import(self, path, options) -> bool:
        try:
            content = path.read_bytes()
        except OSError as error:
            problem = Problem(None, "", f"打不开文件：{error.strerror}。", "请核对路径和权限。", Severity.ERROR)
            return self._unreadable(path, problem, options)
        try:
            reading = read_under_limits(path.name, content)
        except UnreadableDocument as error:
            return self._unreadable(path, Problem(None, "", error.message, error.hint, Severity.ERROR), options)
        if options["json"]:
            for draft in reading.drafts:
                self.stdout.write(json.dumps(drafts_to_json(draft), ensure_ascii=False, indent=1))
        stored = [self._store(path, draft, reading.source, content, options) for draft in reading.drafts]
        return all(stored)

    def _unreadable(self, path, problem, options) -> bool:
        if options["json"]:
            shown = {"line": None, "text": "", "message": problem.message, "hint": problem.hint}
            self.stdout.write(json.dumps({"kind": None, "problems": [shown]}, ensure_ascii=False, indent=1))
        self._print_problem(path, problem)
        return False

    def _store(self, path, draft, document, content, options) -> bool:
        report = self.stderr if options["json"] else self.stdout
        for problem in draft.problems:
            self._print_problem(path, problem)
        if draft.errors:
            return False
        if options["dry_run"]:
            report.write(f"{path.name}：解析完成，没有写入（--dry-run）。")
            return True
        upload = Upload(path.name, content, document.text, document.encoding)
        try:
            loaded = load(draft, upload, now=timezone.now(), organization_name=options["organization"])
        except NotLoadable as refused:
            record(EventKind.IMPORT, target=path.name, success=False, detail=str(refused.problem.message))
            self._print_problem(path, refused.problem)
            return False
        if loaded.created:
            record(EventKind.IMPORT, target=loaded.plan or path.name)
        for problem in loaded.problems:
            self._print_problem(path, problem)
        report.write(self._outcome(path, loaded))
        return True

    def _outcome(self, path, loaded):
        if not loaded.created:
            return f"{path.name}：这份文件已经导入过，没有改动任何数据。"
        plan = loaded.plan
        return (
            f"{path.name}：已导入《{plan.title}》（{plan.organization}），"
            f"{plan.sections.count()} 个板块，{plan.items.count()} 个事项。"
        )

    def _print_problem(self, path, problem):
        label = "错误" if problem.severity is Severity.ERROR else "提示"
        place = f"第 {problem.line} 行：" if problem.line and not problem.is_placed else ""
        quoted = f"（{problem.text[:40]}）" if problem.text else ""
        self.stderr.write(f"{path.name} {label}：{place}{problem.message}{quoted} {problem.hint}")
