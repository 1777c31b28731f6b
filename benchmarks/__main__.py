"""`make bench`: `python -m benchmarks [VIDEO]`."""

from benchmarks.speed import main

if __name__ == "__main__":
    main()
