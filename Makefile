# Two commands: `make run` (the demonstration on http://127.0.0.1:8000/) and `make test` (everything). For those who
# change the code `make check` (a minute) and `make test ONLY=tests.boards`: CONTRIBUTING.md.
# They need a Python of 3.11 or newer with venv; all else they install themselves.

PORT ?= 8000
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help run check format test docs bench lock audit bundle python

help:
	@echo 'make run            演示：安装、导入、启动 http://127.0.0.1:$(PORT)/   (demonstration)'
	@echo 'make run PORT=9000  换一个端口   (another port)'
	@echo 'make check          一分钟的检查   (lint, types, the tests that need no database)'
	@echo 'make format         统一代码和模板的写法   (formats code and templates)'
	@echo 'make test           全部检查和测试   (all checks and tests)'
	@echo 'make test FULL=1    两种数据库上各跑一遍   (everything on both databases)'
	@echo 'make test ONLY=tests.boards   只跑一部分   (a part of the tests)'
	@echo 'make docs           文档里的表格   (writes the tables of docs/ from the code)'
	@echo 'make lock           依赖改动之后，重新锁定版本和校验值   (pins and hashes of all packages)'
	@echo 'make audit          查询所用软件包的已知漏洞，需要互联网   (known vulnerabilities, needs the internet)'
	@echo 'make bench          测量速度，说明见 docs/performance.md   (measurements)'
	@echo 'make bundle         离线安装包：代码和全部软件包   (an archive for a machine without internet)'

run: python
	@$(PYTHON) -m scripts.demo --port '$(PORT)'

check: python
	@$(PYTHON) -m tests.run check

format: python
	@$(PYTHON) -m tests.run format

test: python
	@$(PYTHON) -m tests.run $(if $(FULL),--full) $(ONLY)

docs: python
	@$(PYTHON) -c 'from scripts import environment; environment.ensure("requirements-dev.lock")'
	@.venv/bin/python -m scripts.docs

lock: python
	@$(PYTHON) -m scripts.lock

audit: python
	@$(PYTHON) -m scripts.lock --audit

bench: python
	@$(PYTHON) -c 'from scripts import environment; environment.ensure("requirements-dev.lock"); environment.ensure("requirements-ocr.lock")'
	@.venv/bin/python -m bench $(BENCH)

bundle: python
	@$(PYTHON) -m scripts.bundle $(BUNDLE)

python:
	@test -n '$(PYTHON)' || { \
	echo '没有找到 Python 3.11 或更新版本，请先安装：sudo apt-get install python3.11 python3.11-venv' >&2; \
	echo 'No Python 3.11 or newer found. Install python3.11 and python3.11-venv.' >&2; exit 1; }
