"""Read a suite as it was at a revision of git."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signoff.errors import Blocked, Place, Problem
from signoff.settings import Suite, find_suite


@contextmanager
def at_revision(suite: Suite, revision: str) -> Iterator[Suite | None]:
    """Yield the suite of a revision, unpacked into a folder of its own, or None where it was no suite yet.

    Raises `Blocked` when the suite lies in no git repository, or the repository has no such revision.
    """
    with tempfile.TemporaryDirectory(prefix="signoff-") as folder:
        with tarfile.open(fileobj=io.BytesIO(_archive(suite.root, revision))) as files:
            files.extractall(folder, filter=_inside)  # noqa: S202  the filter is that of `data`, and leaves more out
        found = find_suite(Path(folder))
        yield found if found is not None and found.root == Path(folder).resolve() else None


def _inside(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """Return what may be unpacked, None for the rest: a link that leads out of the folder holds nothing of the suite.

    Where a document or a schema is such a link, reading the suite says that it is missing.
    """
    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError:
        return None


def _archive(root: Path, revision: str) -> bytes:
    # Without paths git packs the folder that it is run in; `--end-of-options` keeps a revision from being an option.
    command = ["git", "-C", str(root), "archive", "--format=tar", "--end-of-options", revision]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  git, with arguments of its own
    except OSError as error:
        raise _blocked(revision, f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _blocked(revision, said[-1].removeprefix("fatal: ") if said else f"git ended with {done.returncode}")
    return done.stdout


def _blocked(revision: str, found: str) -> Blocked:
    return Blocked(
        Problem(
            Place(f"--rev {revision}"),
            "a revision of the git repository that the suite lies in",
            found,
            how="Name a commit, a tag or a branch.",
            code="no-revision",
        )
    )
