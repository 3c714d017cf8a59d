"""Let ``python -m workshop`` be the ``workshop`` command."""

import sys

from workshop.cli import main

sys.exit(main())
