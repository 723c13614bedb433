"""The kinds of security events."""

from django.db.models import TextChoices


class EventKind(TextChoices):
    """What happened, seen from the outside."""

    SIGN_IN = "sign_in", "登录"
    LOCK = "lock", "登录锁定"
    SIGN_OUT = "sign_out", "退出"
    PASSWORD = "password", "修改密码"
    SECOND_FACTOR = "second_factor", "动态口令"
    ACCOUNT = "account", "用户管理"
    ROLE = "role", "任职变更"
    UPLOAD = "upload", "上传"
    IMPORT = "import", "导入"
    EXPORT = "export", "导出"
    DOWNLOAD = "download", "下载"
    SIGN = "sign", "签发"
    SETTINGS = "settings", "设置"
    API = "api", "接口"
    BACKUP = "backup", "备份"
    PURGE = "purge", "清理审计记录"
