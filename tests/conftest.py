import sys
from pathlib import Path

pytest_plugins = ["pytester"]

# stories.py is shared by several folders; a package `tests` cannot be relied on, others install one of that name.
sys.path.insert(0, str(Path(__file__).parent / "checks"))
