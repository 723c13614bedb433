"""The licences of all locked packages, as their own metadata tell them: `docs/licences.md` is made of it.

A package that tells its licence nowhere, or one that may not be used
(AGPL, SSPL), raises: it must not go unseen.
"""

import re
from importlib import metadata

from scripts.environment import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
CLASSIFIER = re.compile(r"^License :: (?:OSI Approved :: )?(?P<name>(?!OSI Approved$).+)$")
NOT_USED = re.compile(r"AGPL|Affero|SSPL", re.IGNORECASE)
# A longer first line of the field `License` or of the file is a sentence of a text, no name.
LONGEST = 60


class UnknownLicence(Exception):
    """A package tells no licence, or one that may not be used."""


def locked(lock):
    """Return the names of the packages of a lock file."""
    return set(PIN.findall((ROOT / lock).read_text(encoding="utf-8")))


def licence_of(package):
    """Return the licence an installed package tells: by expression, classifiers, the old field, or its file."""
    told = metadata.metadata(package)
    names = [match["name"] for line in told.get_all("Classifier") or () if (match := CLASSIFIER.match(line))]
    candidates = [told.get("License-Expression"), ", ".join(names), told.get("License"), *licence_files(package)]
    for text in candidates:
        line = (text or "").strip().split("\n")[0].strip()
        if line and line != "UNKNOWN" and len(line) <= LONGEST:
            if NOT_USED.search(line):
                raise UnknownLicence(f"{package}: {line}")
            return line
    raise UnknownLicence(f"{package}: {candidates}")


def licence_files(package):
    """Return the texts of the files called LICENSE that a package lays beside its metadata."""
    files = metadata.files(package) or ()
    return [file.read_text() for file in files if file.name.upper().startswith("LICEN") and ".dist-info" in str(file)]


def tables():
    """Return the tables of `docs/licences.md`: what the application runs on, and what is only for its making."""
    from scripts.docs import table

    running, scans, everything = map(locked, ("requirements.lock", "requirements-ocr.lock", "requirements-dev.lock"))
    parts = []
    for title, packages in (
        ("What the application runs on", running),
        ("What reads scans, where it is installed", scans - running),
        ("What is only for testing and making it", everything - running - scans),
    ):
        rows = [[name, licence_of(name)] for name in sorted(packages)]
        parts.append(f"## {title}\n{table(['package', 'licence'], rows)}")
    return "\n\n".join(parts)
