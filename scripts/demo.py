"""`make run`: from a fresh clone to a served page, and in seconds the second time.

Standard library only. Everything is said in Chinese, to the person who tries the software.
"""

import argparse
import hashlib
import os
import socket
import subprocess
import sys
import time

from scripts import environment
from scripts.environment import SetupError

ROOT = environment.ROOT
HOST = "127.0.0.1"
STEPS = 5
SERVER = ("-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi")


def main():
    """Run the five steps, then become the web server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8000")
    port = parser.parse_args().port
    os.chdir(ROOT)
    begun = time.monotonic()
    try:
        say(1, f"检查端口 {port} 和 Python {sys.version.split()[0]}")
        check_port(port)
        prepare()
    except SetupError as problem:
        sys.exit(f"\n{problem}")
    except subprocess.CalledProcessError as problem:
        sys.exit(f"\n这一步没有完成，请查看上面的信息。（{' '.join(map(str, problem.cmd[1:]))}）")
    except OSError as problem:  # the folder is another person's, read-only, or full
        sys.exit(f"\n{cannot_write(problem)}")
    except KeyboardInterrupt:
        sys.exit("\n已停止。")
    print(f"准备完毕，用时 {time.monotonic() - begun:.1f} 秒，正在启动服务……", flush=True)
    serve(port)


def cannot_write(problem):
    """Say in both languages where writing failed, and what to do."""
    where = problem.filename or ROOT
    return (
        f"不能写入 {where}（{problem.strerror or problem}）。请把整个文件夹复制到自己有权写入、空间足够的地方，或者请管理员\n"
        f"改为您的：sudo chown -R $(id -un) {ROOT}\nCannot write to {where}: {problem.strerror or problem}."
    )


def say(number, text):
    """Announce a step before its work begins."""
    print(f"步骤 {number}/{STEPS} {text}", flush=True)


def check_port(text):
    """Raise SetupError unless the server will be able to listen on this port."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SetupError(
            f"端口“{text}”无效，应为 1 到 65535 的数字，例如：make run PORT=9000\nPort {text!r} is not a number from 1 to 65535."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except PermissionError:
            raise SetupError(
                f"没有权限使用端口 {text}，请换一个大于 1023 的端口，例如：make run PORT=8001\nNo permission for port {text}."
            ) from None
        except OSError:
            other = 8001 if text == "8000" else 8000
            raise SetupError(
                f"端口 {text} 已被占用（也许演示已经在运行：http://{HOST}:{text}/）。请换一个端口：make run PORT={other}\n"
                f"Port {text} is in use. Choose another one: make run PORT={other}"
            ) from None


def prepare():
    """Install what is missing, collect the static files, and fill the demonstration database."""
    say(2, "准备虚拟环境 .venv 并安装依赖（首次约需一分钟）")
    if not environment.ensure("requirements.lock", announce=lambda line: print(line, flush=True)):
        print("  已安装，无需更新", flush=True)
    install_reading_of_scans()
    say(3, "整理静态文件（样式、脚本）")
    collect_static()
    say(4, "建立数据库、导入演示数据和账号")
    manage("prepare_demo")
    say(5, "启动网页服务")


def install_reading_of_scans():
    """Install what reads scans, which the demonstration can do without: where it cannot be had, uploads of scans say so."""
    try:
        environment.ensure("requirements-ocr.lock", announce=lambda line: print(line, flush=True))
    except SetupError as problem:
        print(f"{problem}\n  文字识别没有装上，扫描件和照片暂时不能导入，其他功能不受影响。", flush=True)


def collect_static():
    """Run collectstatic unless no source of it changed since the last time."""
    remembered = ROOT / "var" / "static.sha256"
    now = static_fingerprint()
    if remembered.exists() and remembered.read_text() == now and (ROOT / "var" / "static").is_dir():
        print("  没有变化", flush=True)
        return
    remembered.unlink(missing_ok=True)
    manage("collectstatic", "--noinput", "--clear", "--verbosity=0")
    remembered.write_text(now)


def static_fingerprint():
    """Return a digest of everything collectstatic depends on: packages, settings, our own files."""
    digest = hashlib.sha256(environment.fingerprint("requirements.lock").encode())
    digest.update((ROOT / "config" / "settings.py").read_bytes())
    for path in sorted([*ROOT.glob("static/**/*"), *ROOT.glob("*/static/**/*")]):
        if path.is_file() and (ROOT / "var") not in path.parents:
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def manage(*arguments):
    """Run a management command in the environment of the demonstration."""
    subprocess.run([environment.PYTHON, "manage.py", *arguments], env=surroundings(), check=True)


def surroundings():
    """Return the environment variables: SQLite whatever DATABASE_URL says, for these data are made up."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"DJANGO_DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}


def serve(port):
    """Become the web server, so that Ctrl-C and signals reach it directly."""
    command = [environment.PYTHON, *SERVER]
    os.execve(command[0], command, surroundings() | {"BIND": f"{HOST}:{port}"})


if __name__ == "__main__":
    main()
