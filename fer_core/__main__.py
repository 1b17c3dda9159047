"""python -m fer_core COMMAND ..."""

import sys

from fer_core.cli import main

sys.exit(main())
