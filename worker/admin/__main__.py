"""`python -m worker.admin`."""

import sys

from worker.admin.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
