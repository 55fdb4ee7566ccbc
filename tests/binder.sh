#!/usr/bin/env bash
# Sets the course up as Binder and Codespaces would: the last commit, in an empty home. What only they have is told at the end.
# An hour's work of the compiler is not repeated: the kernel program is the one that is installed here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
git archive --prefix=course/ HEAD | tar -x -C "$work"
mkdir "$work/home"
say() { printf '==> %s\n' "$*"; }

# Stands in for conda's environment, which has the kernel program and Jupyter in one place.
prefix="$work/conda"
python3 -m venv "$prefix"
"$prefix/bin/python" -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
ln -s "$(command -v evcxr_jupyter)" "$prefix/bin/"
cargo=${CARGO_HOME:-$HOME/.cargo} rustup=${RUSTUP_HOME:-$HOME/.rustup}
alone() {
	env --ignore-environment --chdir="$work/course" HOME="$work/home" LANG=C.UTF-8 CARGO_HOME="$cargo" RUSTUP_HOME="$rustup" \
		PATH="$prefix/bin:$cargo/bin:/usr/local/bin:/usr/bin:/bin" "$@"
}
short() {
	alone "$1/bin/python" - "$2" <<-'PYTHON'
		import sys, nbformat
		from nbclient import NotebookClient
		notebook = nbformat.read("notebooks/01_behaving_animal.ipynb", as_version=4)
		code = [cell for cell in notebook.cells if cell.cell_type == "code"][:2]
		notebook.cells = [*code, nbformat.v4.new_code_cell("6 * 7")]
		NotebookClient(notebook, kernel_name="rust", resources={"metadata": {"path": "notebooks"}}).execute()
		assert notebook.cells[-1].outputs[0].data["text/plain"].strip() == "42", notebook.cells[-1].outputs
		print(f"{sys.argv[1]}: the first cells of Module 01 run")
	PYTHON
}

say "Binder: .binder/environment.yml"
python3 - <<'PYTHON'
import re
from pathlib import Path
conda = dict(re.findall(r"^  - ([\w-]+)=([\d.]+)$", Path(".binder/environment.yml").read_text(), re.M))
pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)", Path("tests/requirements.txt").read_text(), re.M))
for name in sorted(conda.keys() & pinned.keys()):
    assert (pinned[name] + ".").startswith(conda[name] + "."), f"{name}: conda gets {conda[name]}, pip {pinned[name]}"
    print(f"{name} {conda[name]}: as pinned for pip")
PYTHON
say "Binder: .binder/postBuild"
alone NB_PYTHON_PREFIX="$prefix" CONDA_PREFIX="$prefix" .binder/postBuild
short "$prefix" Binder

say "Codespaces: .devcontainer/devcontainer.json"
command=$(python3 -c 'import json; print(json.load(open(".devcontainer/devcontainer.json"))["postCreateCommand"])')
setup=${command##*&& }
case $setup in make*) ;; *) echo "postCreateCommand does not end with make: $command" >&2; exit 1 ;; esac
alone bash -c "$setup"
short "$work/course/.venv" Codespaces

say "Nothing lies in the home but caches:"
(cd "$work/home" && find . -maxdepth 2 -mindepth 1)
cat <<'TEXT'
Not checked here: that conda and the image rust:1.95-bookworm can be had, what comes before `make` in Codespaces (apt-get,
rustup), the kernel program's own compilation there (ten to twenty minutes), and the limits of memory: Binder gives 2 GB,
which is one notebook and no spare kernel; the smallest Codespace 8 GB, which is both.
TEXT
