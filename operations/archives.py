"""A backup as one file: a zip of members, a manifest with their checksums, and a seal over the whole.

The last 64 bytes (the zip's own comment) are the SHA-256 of all bytes before them, so a byte that changed anywhere
is found, also where no program would have read it. Standard library only.
"""

import hashlib
import json
import os
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = 64  # hexadecimal digits of SHA-256
CHUNK = 1024 * 1024


class Damaged(Exception):
    """The archive is not what was written; the message is the Chinese sentence."""

    def __init__(self, path, why):
        super().__init__(f"备份文件 {path} 已损坏或不完整：{why}。现有数据没有改动，请换一份备份。")


@dataclass
class Manifest:
    """What an archive says of itself."""

    version: str
    made_at: str
    vendor: str
    migrations: list[str]
    members: dict[str, dict] = field(default_factory=dict)
    format: int = FORMAT


def write(path, manifest, sources):
    """Write an archive of `sources` (member name, file) to `path`, which must not exist, and seal it.

    A file that is gone by now is left out: uploads wait in the same folder for minutes only.
    """
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, source in sources:
                try:
                    with open(source, "rb") as content:
                        manifest.members[name] = _add(archive, name, content)
                except FileNotFoundError:
                    continue
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
            archive.comment = b"0" * SEAL
        file.seek(0)
        seal = _digest(file, path.stat().st_size - SEAL)
        file.seek(-SEAL, os.SEEK_END)
        file.write(seal.encode())
        file.flush()
        os.fsync(file.fileno())


def _add(archive, name, content):
    digest, size = hashlib.sha256(), 0
    member = zipfile.ZipInfo(name)
    # What pg_dump wrote is compressed already.
    member.compress_type = zipfile.ZIP_STORED if name.endswith(".dump") else zipfile.ZIP_DEFLATED
    with archive.open(member, "w", force_zip64=True) as target:
        while chunk := content.read(CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return {"size": size, "sha256": digest.hexdigest()}


def _digest(file, length):
    digest = hashlib.sha256()
    while length and (chunk := file.read(min(CHUNK, length))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.hexdigest()


def verify(path):
    """Return the manifest of an archive, every byte of which has been checked; raise Damaged."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            seal = _digest(file, max(size - SEAL, 0))
            if seal != file.read(SEAL).decode("ascii", "replace"):
                raise Damaged(path, "校验值不符")
        with zipfile.ZipFile(path) as archive:
            return _checked(path, archive)
    except zipfile.BadZipFile as problem:
        raise Damaged(path, "不是备份文件") from problem


def _checked(path, archive):
    names = archive.namelist()
    if MANIFEST not in names:
        raise Damaged(path, "没有清单")
    stored = json.loads(archive.read(MANIFEST))
    if stored.get("format", 0) > FORMAT:
        raise Damaged(path, "格式比本程序新，请先升级程序")
    manifest = Manifest(**stored)
    if missing := sorted(manifest.members.keys() - set(names)):
        raise Damaged(path, f"缺少 {missing[0]}")
    if foreign := sorted(set(names) - manifest.members.keys() - {MANIFEST}):
        raise Damaged(path, f"清单中没有 {foreign[0]}")
    for name, told in manifest.members.items():
        with archive.open(name) as content:
            if _digest(content, told["size"]) != told["sha256"] or content.read(1):
                raise Damaged(path, f"{name} 的校验值不符")
    return manifest


def extract(path, folder):
    """Unpack the members of a verified archive below `folder`."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            target = Path(folder, name).resolve()
            if not target.is_relative_to(Path(folder).resolve()):
                raise Damaged(path, f"{name} 不是合法的文件名")
        archive.extractall(folder)
