"""`make down`: stop what `make up` started. A job that was running is begun again at the next `make up`."""

from scripts.service import default_volumes, find_started


def main() -> None:
    """Stop the service, if it runs."""
    service = find_started(default_volumes() / "run" / "up")
    if service:
        service.stop()
    print("Stopped." if service else "Nothing was running.")


if __name__ == "__main__":
    main()
