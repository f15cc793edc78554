"""The files of an archive, whether it lies in a folder or in a zip."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from linnet.errors import BadInput

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)  # what reading a broken zip raises


class ArchiveFiles:
    """Names are relative, with slashes. `root` is a folder, a zip, or one file that stands for its folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._is_zip = root.is_file()

    def names(self) -> list[str]:
        if not self._is_zip:
            return sorted(
                file.relative_to(self.root).as_posix() for file in self.root.rglob("*") if file.is_file()
            )
        with open_zip(self.root) as archive:
            return sorted(item.filename for item in archive.infolist() if not item.is_dir())

    def size(self, name: str) -> int:
        if not self._is_zip:
            return (self.root / name).stat().st_size
        with open_zip(self.root) as archive:
            return archive.getinfo(name).file_size

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        if not self._is_zip:
            with (self.root / name).open("rb") as file:
                yield file
            return
        with open_zip(self.root) as archive:
            try:
                stream = archive.open(name)
            except RuntimeError as error:
                raise BadInput(f"{self.root} is protected by a password; unpack it first") from error
            with stream:
                yield cast("IO[bytes]", stream)


def open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{path} is a broken zip ({str(error).lower()}); download it again, or unpack it and give the folder"
        ) from error
