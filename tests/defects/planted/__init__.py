"""Plant defects in the reference connector: each a subclass with a few lines altered, in modules by class of defect."""

import sys
from pathlib import Path

# The reference connector is the suite's own file, not an installed package; the defects are subclasses of it.
sys.path.insert(0, str(Path(__file__).parents[3] / "fixtures"))
