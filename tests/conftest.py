import sys
from pathlib import Path

pytest_plugins = ["pytester"]

# stories.py and perfect.py are shared by several folders; a package `tests` cannot be relied on, others install one.
for folder in ("checks", "strategies"):
    sys.path.insert(0, str(Path(__file__).parent / folder))
