"""LibreOffice in tests: a workbook opened and saved again, as a person's program does."""

import subprocess
import tempfile
from pathlib import Path

FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8", "xls": "xls:MS Excel 97", "pdf": "pdf"}


def resaved(content, *forms, first="xlsx"):
    """The workbook as it is after LibreOffice saved it in each of `forms` in turn."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"0.{first}")
        source.write_bytes(content)
        for number, form in enumerate(forms, start=1):
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = ["soffice", profile, "--headless", "--convert-to", FILTERS[form], "--outdir", folder, source]
            subprocess.run(command, check=True, capture_output=True, timeout=180)
            made = source.with_suffix(f".{form}")
            source = made.rename(made.with_stem(str(number)))
        return source.read_bytes()
