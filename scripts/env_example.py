"""Writes `.env.example`: what docker compose itself reads, then every setting of docs/settings.md, commented out."""

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parent.parent

_COMPOSE = """\
# Read by `docker compose`. Copy to .env. A line that begins with # stands for the default.

# --- Docker compose ---

# Who owns the volumes: `id -u` and `id -g` of whoever shall be able to read what lies there.
#GOODREP_UID=1000
#GOODREP_GID=1000
# The folder with redis/, staging/, storage/ and uploads/ in it.
#GOODREP_VOLUMES_ON_HOST=./volumes
# Where the API listens.
#GOODREP_BIND=127.0.0.1
#GOODREP_PORT=8000
# A worker is ended when it needs more; one needs about 0.6 GB.
#GOODREP_WORKER_MEMORY=3g
# The key of a Firebase service account, a file on this host; its path in the containers is fixed. See docs/firebase.md.
#GOODREP_CREDENTIALS=./service-account.json
# Of the profile `monitoring`: ports on this host's loopback interface, and for how long figures are kept.
#GOODREP_PROMETHEUS_PORT=9090
#GOODREP_GRAFANA_PORT=3000
#GOODREP_METRICS_KEPT=30d"""

# What docker-compose.yml says by itself.
FIXED = ("GOODREP_VOLUMES", "GOODREP_METRICS_ADDRESS", "GOODREP_METRICS_PORT", "GOODREP_WORKER_METRICS_PORT")
_IN_COMPOSE = {
    "GOODREP_REDIS_URL": "redis://redis:6379/0",
    "GOODREP_STORAGE_URL": "local:///volumes/storage",
}


def env_example(settings_page: str) -> str:
    """The file, made from the table of the page."""
    lines = [_COMPOSE]
    for row in re.finditer(
        r"^\| (?:\*\*(?P<part>.+?)\*\* \| \| \||`(?P<name>\w+)` \| `(?P<default>.*?)` \| (?P<what>.*) \|)$",
        settings_page,
        re.MULTILINE,
    ):
        name = row["name"]
        if row["part"]:
            lines.append(f"\n# --- {_of(row['part'])} ---\n")
        elif name not in FIXED:
            comment = "\n".join(textwrap.wrap(_plain(row["what"]), 118, initial_indent="# ", subsequent_indent="# "))
            lines.append(f"{comment}\n#{name}={_value(_IN_COMPOSE.get(name, row['default']))}")
    return "\n".join(lines) + "\n"


def _of(part: str) -> str:
    return "API and worker" if part == "both" else part[0].upper() + part[1:]


def _plain(cell: str) -> str:
    """Without Markdown; links as where they lead."""
    text = re.sub(r"\[([^]]+)\]\((\w+\.md)[^)]*\)", r"\1 (docs/\2)", cell.replace("`", ""))
    return (text if cell.startswith("`") else text[0].upper() + text[1:]) + "."


def _value(default: str) -> str:
    match default:
        case "None":
            return ""
        case "True" | "False":
            return default.lower()
        case _:
            return default


def main() -> None:
    """Write it."""
    (ROOT / ".env.example").write_text(env_example((ROOT / "docs" / "settings.md").read_text()))


if __name__ == "__main__":
    main()
