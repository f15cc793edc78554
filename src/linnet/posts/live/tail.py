"""A growing file, followed like `tail -F`: over rotation, truncation and times when it is not there.

The cursor names the file by device, inode and a digest of its first bytes, and the offset behind the last whole
line. A rotated file is read to its end before the new one, also when the rotation happened while nobody listened,
as long as it lies in the same folder. A last line without its end is left until it has one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from linnet.posts.live.config import ListenConfig
from linnet.posts.live.lines import CHUNK, LineSplitter, LineStream
from linnet.posts.live.stream import Disconnected, Message, Opened, moment_of_arrival
from linnet.posts.live.websocket import reason_of

POLL_SECONDS = 0.1
HEAD_BYTES = 256


class TailedFile(LineStream):
    def __init__(self, path: Path, config: ListenConfig) -> None:
        self._path = path.absolute()
        super().__init__(self._path.as_uri(), config)

    async def read(self, cursor: str | None) -> AsyncIterator[Message | Opened]:
        try:
            path, offset = self._where(cursor)
            while True:
                with path.open("rb") as file:
                    yield Opened()
                    async for message in self._lines(file, offset):
                        yield message
                path, offset = self._path, 0
        except OSError as error:
            raise Disconnected(reason_of(error)) from error

    async def _lines(self, file: BinaryIO, offset: int) -> AsyncIterator[Message]:
        """The lines from `offset` until the file was rotated away or cut short."""
        file.seek(offset)
        splitter = LineSplitter(self.config.max_message_bytes)
        head = b""
        moved = False
        while True:
            chunk = file.read(CHUNK)
            if not chunk:
                if moved:
                    return
                moved = self._moved(file)
                if not moved:
                    await asyncio.sleep(POLL_SECONDS)
                continue  # once more after the rotation was seen: what was written just before it
            for line, taken in splitter.feed(chunk):
                if len(head) < HEAD_BYTES:
                    head = _head(file)
                if line.strip():
                    yield Message(line, moment_of_arrival(), _position(file, head, offset + taken))

    def _moved(self, file: BinaryIO) -> bool:
        """Whether the name stands for another file now, or this one was cut short."""
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False  # between two names; what is written to the old one still counts
        here = _stat(file)
        return (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino) or here.st_size < file.tell()

    def _where(self, cursor: str | None) -> tuple[Path, int]:
        """The file and offset to go on from."""
        if cursor is None:
            return self._path, 0
        device, inode, head_bytes, digest, offset = cursor.split(":")
        if not self._path.exists() and not self._path.parent.exists():
            raise Disconnected(f"{self._path} does not exist")
        for path in (self._path, *sorted(self._path.parent.glob(f"{self._path.name}*"))):
            try:
                found = path.stat()
                with path.open("rb") as file:
                    head = file.read(int(head_bytes))
            except OSError:
                continue
            same = (found.st_dev, found.st_ino) == (int(device), int(inode))
            if same and found.st_size >= int(offset) and _digest(head) == digest:
                return path, int(offset)
        note = f"{self._path} is another file than the one read before, and is read from its beginning"
        if note not in self.notes:
            self.notes.append(note)
        return self._path, 0


def _stat(file: BinaryIO) -> os.stat_result:
    return os.fstat(file.fileno())


def _head(file: BinaryIO) -> bytes:
    return os.pread(file.fileno(), HEAD_BYTES, 0)


def _digest(head: bytes) -> str:
    return blake2b(head, digest_size=8).hexdigest()


def _position(file: BinaryIO, head: bytes, offset: int) -> str:
    here = _stat(file)
    known = head[: min(offset, HEAD_BYTES)]
    return f"{here.st_dev}:{here.st_ino}:{len(known)}:{_digest(known)}:{offset}"
