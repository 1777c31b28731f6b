#!/usr/bin/env bash
# Makes everything that `make run` and `make test` need, in this folder only: .venv with the pinned packages, the model,
# and what the system lacks. Needs Python 3.11 and a package index; no root, no git.
set -euo pipefail
cd "$(dirname "$0")/.."

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
lock=requirements/dev.txt

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3 python "$HOME"/.pyenv/versions/3.11.*/bin/python /usr/local/bin/python3.11; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "goodrep needs Python 3.11, and none was found: install it, or name it with PYTHON=/path/to/python3.11." >&2
    return 1
}

# Debian's Python without the package python3.11-venv has no ensurepip: then take pip from another place.
give_pip() (
    python=$1
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip --python .venv/bin/python install --quiet pip && exit
    fi
    if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
        folder=$(mktemp -d)
        trap 'rm -rf "$folder"' EXIT
        mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial"
        apt=(apt-get -qq -o "Dir::State=$folder/state" -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=)
        [ -f /var/lib/dpkg/status ] && apt+=(-o Dir::State::status=/var/lib/dpkg/status)
        if (cd "$folder" && "${apt[@]}" update && "${apt[@]}" download python3-pip-whl && dpkg-deb -x python3-pip-whl*.deb .) >/dev/null 2>&1; then
            wheel=$(echo "$folder"/usr/share/python-wheels/pip-*.whl)
            .venv/bin/python "$wheel/pip" install --quiet --no-index "$wheel" && exit
        fi
    fi
    echo "This Python cannot make an environment with pip: install the package python3.11-venv." >&2
    exit 1
)

make_environment() {
    if .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        return
    fi
    local python
    python=$(find_python)
    echo "  $("$python" --version) in .venv"
    rm -rf .venv
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        rm -rf .venv
        "$python" -m venv --without-pip .venv
        give_pip "$python" || { rm -rf .venv; return 1; }
    fi
}

# pip's many lines become one that counts.
count_packages() {
    local terminal=0
    if [ -t 1 ]; then terminal=1; fi
    awk -v total="$(grep -c '==' "$lock")" -v terminal="$terminal" '
        /^(Collecting|Processing|Requirement already satisfied)/ { n++; fetched += !/^Requirement/
            if (terminal) { printf "\r  packages: %d of %d", n, total; fflush() }
            else if (n % 30 == 0) { printf "  packages: %d of %d\n", n, total; fflush() } }
        /^Installing collected/ { if (terminal) printf "\r"; printf "  packages: unpacking %d       \n", fetched; fflush() }
        END { if (terminal && !fetched) print "" }'
}

install_packages() {
    .venv/bin/python -m pip install --no-deps --require-hashes --progress-bar off --requirement "$lock" \
        2> >(grep -v '^WARNING:' >&2) | count_packages
}

echo "Setting up (once; a few minutes on a slow line)"
make_environment
install_packages
.venv/bin/python -m scripts.prepare
touch .venv/ready
